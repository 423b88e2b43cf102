/* Leases: a process that was lent the CPU until a certain time has it no
 * longer, whatever it does, and lends it for no longer than that. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/clock.h"
#include "lib/expect.h"
#include "lib/process.h"

#define SHORT 2000 /* microseconds */
#define LONG 200000

struct shared {
    volatile uint64_t count;    /* how far the child has counted */
    volatile uint64_t too_long; /* what it was answered */
    volatile uint64_t endless;
    volatile uint64_t lent;
    volatile uint64_t reason;      /* why its own child gave it back */
    volatile uint64_t inner_count; /* how far that one had counted by then */
    volatile uint64_t lends_all;   /* for as long as it has the CPU itself */
};

/* Calls nobody, and asks for nothing. */
static void count_for_ever(volatile uint64_t *count)
{
    for (;;) {
        *count = *count + 1;
    }
}

static int counts(uint64_t word)
{
    count_for_ever(&((struct shared *)word)->count);
    return 1;
}

/* The same, and no upcall may come meanwhile. */
static int counts_masked(uint64_t word)
{
    process_context()->mask = 1;
    return counts(word);
}

/* Does nothing but call the kernel, and is refused. */
static int calls(uint64_t word)
{
    for (;;) {
        op_update(0, 0, RIGHTS_NONE);
        ((struct shared *)word)->count++;
    }
    return 1;
}

static int inner(uint64_t word)
{
    count_for_ever((volatile uint64_t *)word);
    return 1;
}

static uint64_t my_lease(void)
{
    return books_process(process_number)->lease;
}

/* Builds a child of its own; then, under a lease, lends of it. */
static int lends(uint64_t word)
{
    struct shared *shared = (struct shared *)word;
    struct space mine = pages_own();
    struct child child;
    uint64_t frame;
    EXPECT("inner: page", pages_fresh(&mine, pages_address(0), &frame), OK);
    EXPECT("inner: start", child_start(&child, inner, CHILD_SHARED, 2, 0), OK);
    EXPECT("inner: share",
           pages_map(&child.space, CHILD_SHARED, frame, 1, RIGHTS_PAGE), OK);
    process_yield();
    shared->too_long = child_run(&child, my_lease() + 1);
    shared->endless = child_run(&child, 0);
    do {
        uint64_t lease = shared->lends_all ? my_lease() : clock_in(SHORT);
        shared->lent = child_run(&child, lease);
        shared->reason = child_reason(&child);
        shared->inner_count = *(volatile uint64_t *)pages_address(0);
    } while (shared->inner_count == 0);
    count_for_ever(&shared->count);
    return 1;
}

/* Hands the CPU back at once, again and again. */
static int returns(uint64_t word)
{
    (void)word;
    while (process_yield() == OK) {
    }
    return 1;
}

/* With a child of its own to play with: lends, has it back, lends. */
static int plays(uint64_t word)
{
    struct shared *shared = (struct shared *)word;
    struct child child;
    EXPECT("inner: start", child_start(&child, returns, 0, 2, 0), OK);
    process_yield();
    for (;; shared->count++) {
        child_run(&child, my_lease());
    }
    return 1;
}

static int start(struct child *child, child_program *program, uint64_t frames,
                 uint64_t slots, uint64_t *frame)
{
    struct space mine = pages_own();
    EXPECT("page", pages_fresh(&mine, pages_address(0), frame), OK);
    EXPECT("start", child_start(child, program, CHILD_SHARED, frames, slots),
           OK);
    EXPECT("console", child_give_console(child), OK);
    EXPECT("share",
           pages_map(&child->space, CHILD_SHARED, *frame, 1, RIGHTS_PAGE), OK);
    return 0;
}

/* What the child says there. */
static struct shared *shared_page(void)
{
    return (struct shared *)pages_address(0);
}

/* The page that was shared. */
static int drop(uint64_t frame)
{
    struct space mine = pages_own();
    EXPECT("detach", pages_unmap(&mine, pages_address(0), 1), OK);
    EXPECT("give", op_alloc(frame, 1, KIND_FREE, 0), OK);
    return 0;
}

/* A child has the CPU until then, and goes on where it was, a few times. */
static int ends_in_time(child_program *program)
{
    struct child child;
    uint64_t frame;
    TRY(start(&child, program, 0, 0, &frame));
    for (unsigned n = 0; n < 5; n++) {
        uint64_t lease = clock_in(SHORT);
        EXPECT("run", child_run(&child, lease), OK);
        EXPECT("not before", clock_ticks() >= lease, true);
        EXPECT("reason", child_reason(&child), REASON_LEASE);
        EXPECT("running", books_process(child.slot)->running, 0);
        EXPECT("lease", books_process(child.slot)->lease, 0);
    }
    EXPECT("counted", shared_page()->count > 0, true);
    EXPECT("a time that has passed", child_run(&child, 1), OK);
    EXPECT("reason", child_reason(&child), REASON_LEASE);
    EXPECT("end", child_end(&child) != 0, true);
    return drop(frame);
}

/* A child that gives the CPU back once, and then has a lease. */
static int runs_out(struct child *child, child_program *program, bool all,
                    uint64_t *frame)
{
    TRY(start(child, program, 600, 1, frame));
    shared_page()->lends_all = all;
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("reason", child_reason(child), REASON_SWAP);
    EXPECT("run", child_run(child, clock_in(LONG)), OK);
    EXPECT("reason", child_reason(child), REASON_LEASE);
    return 0;
}

/* The child and its own child. */
static int end_both(struct child *child, uint64_t frame)
{
    struct child orphan;
    EXPECT(
        "end",
        op_update(process_entry(child->slot), child->space.table, RIGHTS_NONE),
        OK);
    EXPECT("adopt", child_adopt(&orphan, child->slot + 1), OK);
    EXPECT("end", child_end(&orphan) != 0, true);
    EXPECT("bury", child_bury(child), true);
    return drop(frame);
}

static int nested(void)
{
    struct child child;
    uint64_t frame;
    STEP("it lends of its own, and no more than that");
    TRY(runs_out(&child, lends, false, &frame));
    EXPECT("more than it has", shared_page()->too_long, E_RIGHTS);
    EXPECT("without end", shared_page()->endless, E_RIGHTS);
    EXPECT("less", shared_page()->lent, OK);
    EXPECT("inner reason", shared_page()->reason, REASON_LEASE);
    EXPECT("inner counted", shared_page()->inner_count > 0, true);
    EXPECT("outer counted", shared_page()->count > 0, true);
    return end_both(&child, frame);
}

/* Both leases end at the same time: then neither has the CPU. */
static int all_of_it(void)
{
    struct child child;
    uint64_t frame;
    STEP("it lends all that it has");
    TRY(runs_out(&child, lends, true, &frame));
    EXPECT("outer counted", shared_page()->count, 0);
    EXPECT("inner reason", books_process(child.slot + 1)->reason, REASON_LEASE);
    return end_both(&child, frame);
}

/* Handing it to and fro makes no lease longer. */
static int played(void)
{
    struct child child;
    uint64_t frame;
    STEP("handing to and fro makes it no longer");
    TRY(runs_out(&child, plays, false, &frame));
    EXPECT("handed", shared_page()->count > 0, true);
    return end_both(&child, frame);
}

int main(void)
{
    STEP("a child that computes has the CPU until then");
    TRY(ends_in_time(counts));
    STEP("so has one that masks its upcalls");
    TRY(ends_in_time(counts_masked));
    STEP("so has one that calls operations");
    TRY(ends_in_time(calls));
    TRY(nested());
    TRY(all_of_it());
    TRY(played());
    return 0;
}
