/* Leases: a process that was lent the CPU for n operations gives it back
 * after n, whatever it does, and lends no more than what is left. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/process.h"

#define PLAYS 1000

struct shared {
    volatile uint64_t count;    /* operations that the child called */
    volatile uint64_t too_long; /* what it was answered */
    volatile uint64_t endless;
    volatile uint64_t lent;
    volatile uint64_t reason;      /* why its own child gave it back */
    volatile uint64_t inner_count; /* what that one had called by then */
};

/* Any operation will do; this one answers an error. */
static void call_for_ever(volatile uint64_t *count)
{
    for (;;) {
        *count = *count + 1;
        op_update(0, 0, RIGHTS_NONE);
    }
}

static int counts(uint64_t word)
{
    call_for_ever(&((struct shared *)word)->count);
    return 1;
}

static int inner(uint64_t word)
{
    call_for_ever((volatile uint64_t *)word);
    return 1;
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
    shared->count += 3;
    shared->too_long = child_run(&child, 100);
    shared->endless = child_run(&child, 0);
    shared->lent = child_run(&child, 3);
    shared->reason = child_reason(&child);
    shared->inner_count = *(volatile uint64_t *)pages_address(0);
    call_for_ever(&shared->count);
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
    for (shared->count = 0; shared->count < PLAYS; shared->count++) {
        child_run(&child, 2);
    }
    process_yield();
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
static const struct shared *shared_page(void)
{
    return (const struct shared *)pages_address(0);
}

/* The page that was shared. */
static int drop(uint64_t frame)
{
    struct space mine = pages_own();
    EXPECT("detach", pages_unmap(&mine, pages_address(0), 1), OK);
    EXPECT("give", op_alloc(frame, 1, KIND_FREE, 0), OK);
    return 0;
}

static int plain(void)
{
    struct child child;
    uint64_t frame, sum = 0;
    STEP("a child has the CPU for so many operations");
    TRY(start(&child, counts, 0, 0, &frame));
    for (uint64_t n = 1; n < 20; n++) {
        EXPECT("run", child_run(&child, n), OK);
        EXPECT("reason", child_reason(&child), REASON_LEASE);
        EXPECT("running", books_process(child.slot)->running, 0);
        sum += n;
        EXPECT("operations", shared_page()->count, sum);
    }
    EXPECT("end", child_end(&child) != 0, true);
    return drop(frame);
}

/* A child that gives the CPU back once, and then has a lease of 20. */
static int runs_out(struct child *child, child_program *program,
                    uint64_t *frame)
{
    TRY(start(child, program, 600, 1, frame));
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("reason", child_reason(child), REASON_SWAP);
    EXPECT("run", child_run(child, 20), OK);
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
    TRY(runs_out(&child, lends, &frame));
    EXPECT("more than it has", shared_page()->too_long, E_RIGHTS);
    EXPECT("without end", shared_page()->endless, E_RIGHTS);
    EXPECT("less", shared_page()->lent, OK);
    EXPECT("inner reason", shared_page()->reason, REASON_LEASE);
    EXPECT("inner operations", shared_page()->inner_count, 3);
    EXPECT("all operations", shared_page()->count + shared_page()->inner_count,
           20);

    STEP("both are ended");
    uint64_t slot = child.slot + 1;
    EXPECT("its child", books_process(slot)->parent, child.slot);
    return end_both(&child, frame);
}

/* Handing over is an operation too: two processes that hand their lease to
 * and fro use it up. */
static int played(void)
{
    struct child child;
    uint64_t frame;
    STEP("handing to and fro uses a lease up");
    TRY(runs_out(&child, plays, &frame));
    EXPECT("within 20", shared_page()->count <= 20, true);
    return end_both(&child, frame);
}

int main(void)
{
    TRY(plain());
    TRY(nested());
    TRY(played());
    return 0;
}
