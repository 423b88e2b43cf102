/* Before a lease ends by force the process is asked, if it wants to be: so
 * long before, it may put its things in order and give the CPU back itself. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/clock.h"
#include "lib/expect.h"
#include "lib/process.h"
#include "lib/upcall.h"

#define LEASE 100000 /* microseconds */
#define NOTICE 50000
#define ROUNDS 4

struct shared {
    volatile uint64_t begun, done; /* equal but in the middle of something */
    volatile uint64_t told, masked;
    volatile uint64_t notice;
};

static struct shared *shared_at(uint64_t va)
{
    return (struct shared *)va;
}

static struct shared *mine(void)
{
    return shared_at(CHILD_SHARED);
}

/* Ends what it is in the middle of, and gives the CPU back. */
static void tidy(uint64_t bits, struct registers *trap)
{
    (void)trap;
    mine()->told += (bits & EVENT_LEASE) != 0;
    mine()->done = mine()->begun;
    process_yield();
}

static void ignore(uint64_t bits, struct registers *trap)
{
    (void)trap;
    mine()->told += (bits & EVENT_LEASE) != 0;
}

static int works(upcall_event *handler)
{
    struct shared *shared = mine();
    upcall_on_event(handler);
    process_context()->mask = shared->masked;
    process_context()->notice = shared->notice;
    process_yield();
    for (;;) {
        shared->begun++;
        shared->done = shared->begun;
    }
    return 1;
}

static int is_tidy(uint64_t word)
{
    (void)word;
    return works(tidy);
}

static int is_not(uint64_t word)
{
    (void)word;
    return works(ignore);
}

struct part {
    struct child child;
    uint64_t frame, page;
    struct shared *shared;
};

static int begin(struct part *p, child_program *program, uint64_t notice,
                 bool masked)
{
    struct space space = pages_own();
    p->page = pages_address(0);
    EXPECT("page", pages_fresh(&space, p->page, &p->frame), OK);
    EXPECT("start", child_start(&p->child, program, 0, 0, 0), OK);
    EXPECT("share",
           pages_map(&p->child.space, CHILD_SHARED, p->frame, 1, RIGHTS_PAGE),
           OK);
    p->shared = shared_at(p->page);
    p->shared->notice = notice;
    p->shared->masked = masked;
    EXPECT("run", child_run(&p->child, 0), OK);
    EXPECT("reason", child_reason(&p->child), REASON_SWAP);
    return 0;
}

static int end(struct part *p)
{
    struct space space = pages_own();
    EXPECT("end", child_end(&p->child) != 0, true);
    EXPECT("detach", pages_unmap(&space, p->page, 1), OK);
    EXPECT("give", op_alloc(p->frame, 1, KIND_FREE, 0), OK);
    return 0;
}

/* It gives the CPU back in time, and not too soon. */
static int in_time(void)
{
    struct part p;
    STEP("who is asked gives the CPU back itself, with its things in order");
    TRY(begin(&p, is_tidy, clock_for(NOTICE), false));
    for (uint64_t n = 1; n <= ROUNDS; n++) {
        uint64_t lease = clock_in(LEASE);
        EXPECT("run", child_run(&p.child, lease), OK);
        uint64_t back = clock_ticks();
        EXPECT("reason", child_reason(&p.child), REASON_SWAP);
        EXPECT("told", p.shared->told, n);
        EXPECT("not too soon", back >= lease - clock_for(NOTICE), true);
        EXPECT("in time", back < lease, true);
        EXPECT("in order", p.shared->done == p.shared->begun, true);
    }
    EXPECT("worked", p.shared->begun > ROUNDS, true);
    return end(&p);
}

/* Asked once, and then the CPU is taken. */
static int by_force(bool masked, uint64_t notice, uint64_t times)
{
    struct part p;
    TRY(begin(&p, is_not, notice, masked));
    for (uint64_t n = 1; n <= ROUNDS; n++) {
        uint64_t lease = clock_in(LEASE);
        EXPECT("run", child_run(&p.child, lease), OK);
        EXPECT("not before", clock_ticks() >= lease, true);
        EXPECT("reason", child_reason(&p.child), REASON_LEASE);
        EXPECT("told", p.shared->told, n * times);
    }
    EXPECT("it waits to be told", (p.child.context->events & EVENT_LEASE) != 0,
           masked && notice != 0);
    return end(&p);
}

/* All of the lease, and more than all the time there is. */
static int at_once(uint64_t notice)
{
    struct part p;
    TRY(begin(&p, is_tidy, notice, false));
    EXPECT("run", child_run(&p.child, clock_in(LEASE)), OK);
    EXPECT("reason", child_reason(&p.child), REASON_SWAP);
    EXPECT("told", p.shared->told, 1);
    return end(&p);
}

int main(void)
{
    TRY(in_time());
    STEP("who does not listen is asked once, and then it is taken");
    TRY(by_force(false, clock_for(NOTICE), 1));
    STEP("so it is from who masks its upcalls, and the word waits");
    TRY(by_force(true, clock_for(NOTICE), 0));
    STEP("who does not want to know is not asked");
    TRY(by_force(false, 0, 0));
    STEP("a notice longer than the lease comes at once");
    TRY(at_once(clock_for(2 * LEASE)));
    TRY(at_once(UINT64_MAX));
    return 0;
}
