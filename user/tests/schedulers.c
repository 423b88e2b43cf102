/* Schedulers in user space: who of several children has the CPU, for how long
 * and until when, with each policy of lib/sched, and one below the other. */
#include <stddef.h>

#include "lib/books.h"
#include "lib/child.h"
#include "lib/clock.h"
#include "lib/expect.h"
#include "lib/process.h"
#include "lib/sched/scheduler.h"

#define SLICE 500           /* microseconds */
#define LONGER (10 * SLICE) /* of a scheduler that has one above it */
#define SLICES 10000
#define CHILDREN 3 /* more are too many tables for lib/pages.h */
#define COUNTS 4
#define SMALL 600 /* turns */
#define FRAMES 1600
/* Between two looks at the clock less than that passes, in microseconds, if
 * nobody else had the CPU: a hand-over and back takes longer. */
#define GAP 40
#define BETWEEN 50 /* turns of a loop between two looks */

/* What children count: ticks for which they had the CPU, by the clock that
 * everyone may read, and not by what their scheduler believes. */
struct counts {
    volatile uint64_t ticks[COUNTS];
    volatile uint64_t job[COUNTS]; /* ticks that a job takes */
};

static struct counts *counts_at(uint64_t va)
{
    return (struct counts *)va;
}

/* Adds to a count the time that passes while I have the CPU, until that is
 * `enough`. (It does not look all the time, as emulators read the clock
 * slowly.) */
static void spend(volatile uint64_t *count, uint64_t enough)
{
    uint64_t gap = clock_for(GAP), last = clock_ticks();
    while (*count < enough) {
        for (volatile unsigned n = 0; n < BETWEEN; n++) {
        }
        uint64_t now = clock_ticks();
        *count += now - last < gap ? now - last : 0;
        last = now;
    }
}

static int spends(uint64_t n)
{
    spend(&counts_at(CHILD_SHARED)->ticks[n], UINT64_MAX);
    return 1;
}

/* Does a job, and gives the CPU back; and again. */
static int works(uint64_t n)
{
    struct counts *counts = counts_at(CHILD_SHARED);
    for (;;) {
        spend(&counts->ticks[n], counts->ticks[n] + counts->job[n]);
        process_yield();
    }
    return 1;
}

/* ---- children, and a scheduler for them ---------------------------------- */

struct family {
    struct scheduler scheduler;
    struct task task[CHILDREN];
    struct child child[CHILDREN];
    unsigned count;
    uint64_t page, frame; /* the counts: my address of them */
};

/* A slice in microseconds. */
static int begin(struct family *f, policy *kind, uint64_t slice)
{
    struct space mine = pages_own();
    *f = (struct family){
        .scheduler = {.policy = kind, .slice = clock_for(slice)},
        .page = pages_address(0)};
    EXPECT("page", pages_fresh(&mine, f->page, &f->frame), OK);
    return 0;
}

/* One more child, which can build `slots` more. */
static int add(struct family *f, child_program *program, uint64_t share,
               uint64_t slots)
{
    unsigned n = f->count++;
    struct child *child = &f->child[n];
    EXPECT("start", child_start(child, program, n, slots ? FRAMES : 0, slots),
           OK);
    EXPECT("console", child_give_console(child), OK);
    EXPECT("share",
           pages_map(&child->space, CHILD_SHARED, f->frame, 1, RIGHTS_PAGE),
           OK);
    f->task[n] = (struct task){.process = child->slot, .share = share};
    return 0;
}

/* All are gone, and so is the page. */
static int end(struct family *f)
{
    struct space mine = pages_own();
    for (unsigned n = 0; n < f->count; n++) {
        EXPECT("end", child_end(&f->child[n]) != 0, true);
    }
    EXPECT("detach", pages_unmap(&mine, f->page, 1), OK);
    EXPECT("give", op_alloc(f->frame, 1, KIND_FREE, 0), OK);
    return 0;
}

/* So many turns of who never gives the CPU back. */
static int turns(struct scheduler *s, uint64_t count)
{
    for (uint64_t n = 0; n < count; n++) {
        enum error error;
        struct task *t = scheduler_turn(s, &error);
        EXPECT("somebody is ready", t != NULL, true);
        EXPECT("hand-over", error, OK);
        EXPECT("reason", books_process(t->process)->reason, REASON_LEASE);
        scheduler_ready(s, t);
    }
    return 0;
}

/* What child n counted is its share of what all did, within so many
 * thousandths of all. */
static int has_share(const struct family *f, unsigned n, uint64_t share,
                     uint64_t of, uint64_t within)
{
    uint64_t all = 0, found;
    for (unsigned i = 0; i < f->count; i++) {
        all += counts_at(f->page)->ticks[i];
    }
    EXPECT("they count", all != 0, true);
    found = counts_at(f->page)->ticks[n] * 1000 * of / all;
    if (found + within * of < 1000 * share ||
        found > 1000 * share + within * of) {
        console_print("child %lu: %lu thousandths of all, not %lu\n",
                      (uint64_t)n, found / of, 1000 * share / of);
        EXPECT("its share", false, true);
    }
    return 0;
}

static void forget(const struct family *f)
{
    for (unsigned n = 0; n < f->count; n++) {
        counts_at(f->page)->ticks[n] = 0;
    }
}

static void all_ready(struct family *f)
{
    for (unsigned n = 0; n < f->count; n++) {
        scheduler_ready(&f->scheduler, &f->task[n]);
    }
}

/* ---- shares -------------------------------------------------------------- */

static int round_robin(void)
{
    struct family f;
    STEP("round robin: as many turns for each, one after the other");
    TRY(begin(&f, by_turns, SLICE));
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(add(&f, spends, 0, 0));
    }
    all_ready(&f);
    for (unsigned n = 0; n < SMALL; n++) {
        TRY(turns(&f.scheduler, 1));
        EXPECT("turns", f.task[n % CHILDREN].turns, n / CHILDREN + 1);
    }
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(has_share(&f, n, 1, CHILDREN, 10));
    }
    return end(&f);
}

/* As asked for, within a hundredth; and what sleeps has nothing to come. */
static int stride(void)
{
    static const uint64_t shares[CHILDREN] = {15, 50, 135};
    struct family f;
    STEP("stride: the shares that were asked for");
    TRY(begin(&f, by_share, SLICE));
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(add(&f, spends, shares[n], 0));
    }
    all_ready(&f);
    TRY(turns(&f.scheduler, SLICES));
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(has_share(&f, n, shares[n], 200, 10));
    }
    STEP("stride: who slept has no more to come for it");
    EXPECT("removed", scheduler_remove(&f.scheduler, &f.task[2]), true);
    EXPECT("once", scheduler_remove(&f.scheduler, &f.task[2]), false);
    TRY(turns(&f.scheduler, SMALL));
    forget(&f);
    scheduler_ready(&f.scheduler, &f.task[2]);
    TRY(turns(&f.scheduler, SMALL));
    TRY(has_share(&f, 2, shares[2], 200, 20));
    STEP("a policy is changed while they run");
    scheduler_change(&f.scheduler, by_turns);
    forget(&f);
    TRY(turns(&f.scheduler, SMALL));
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(has_share(&f, n, 1, CHILDREN, 10));
    }
    return end(&f);
}

/* ---- deadlines ----------------------------------------------------------- */

#define SETS 4
#define JOBS 120
#define LOAD 950      /* thousandths of all time */
#define PERIOD_MIN 20 /* milliseconds */
#define PERIOD_MAX 100

/* xorshift64*: S. Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled", 2016. */
static uint64_t random_below(uint64_t *state, uint64_t n)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (*state * UINT64_C(2685821657736338717) >> 33) % n;
}

/* Periods by chance; the load is divided by chance as well. */
static void choose(struct family *f, uint64_t *period, uint64_t seed)
{
    struct counts *counts = counts_at(f->page);
    uint64_t parts[CHILDREN], all = 0;
    for (unsigned n = 0; n < CHILDREN; n++) {
        parts[n] = 1 + random_below(&seed, 9);
        all += parts[n];
    }
    for (unsigned n = 0; n < CHILDREN; n++) {
        period[n] = clock_for(
            1000 *
            (PERIOD_MIN + random_below(&seed, PERIOD_MAX - PERIOD_MIN + 1)));
        counts->job[n] = period[n] / 1000 * LOAD * parts[n] / all;
    }
}

/* A job of each in each of its periods is done before that ends. */
static int meets_all(uint64_t seed)
{
    struct family f;
    uint64_t period[CHILDREN], due[CHILDREN], done = 0;
    TRY(begin(&f, by_deadline, 10 * 1000 * PERIOD_MAX));
    for (unsigned n = 0; n < CHILDREN; n++) {
        TRY(add(&f, works, 0, 0));
    }
    choose(&f, period, seed);
    uint64_t start = clock_in(1000);
    for (unsigned n = 0; n < CHILDREN; n++) {
        due[n] = f.task[n].deadline = start + period[n];
        scheduler_sleep(&f.scheduler, &f.task[n], start);
    }
    while (done < JOBS) {
        enum error error;
        struct task *t = scheduler_turn(&f.scheduler, &error);
        EXPECT("hand-over", error, OK);
        if (t == NULL) {
            continue;
        }
        if (books_process(t->process)->reason == REASON_LEASE) {
            scheduler_ready(&f.scheduler, t);
            continue;
        }
        unsigned n = (unsigned)(t - f.task);
        EXPECT("in time", clock_ticks() <= t->deadline, true);
        t->deadline += period[n];
        scheduler_sleep(&f.scheduler, t, due[n]);
        due[n] += period[n];
        done++;
    }
    return end(&f);
}

/* ---- one below the other ------------------------------------------------- */

/* A scheduler for children of its own, and what they count is told to my
 * parent: first child's number, policy, the second one's share. */
static int schedules(policy *kind, unsigned at, uint64_t share)
{
    struct family f;
    struct counts *counts = counts_at(CHILD_SHARED);
    enum error error;
    TRY(begin(&f, kind, LONGER));
    TRY(add(&f, spends, 1, 0));
    TRY(add(&f, spends, share, 0));
    all_ready(&f);
    process_yield();
    for (;;) {
        struct task *t = scheduler_turn(&f.scheduler, &error);
        EXPECT("inner: hand-over", error, OK);
        scheduler_ready(&f.scheduler, t);
        counts->ticks[at] = counts_at(f.page)->ticks[0];
        counts->ticks[at + 1] = counts_at(f.page)->ticks[1];
    }
    return 1;
}

static int schedules_by_turns(uint64_t n)
{
    return schedules(by_turns, 2 * (unsigned)n, 1);
}

static int schedules_by_share(uint64_t n)
{
    return schedules(by_share, 2 * (unsigned)n, 3);
}

/* Ends a scheduler and its two children. */
static int end_both(struct child *child)
{
    struct child orphan[2];
    uint64_t found = 0;
    for (uint64_t slot = 2; slot < PROCESS_MAX && found < 2; slot++) {
        if (books_process(slot)->state == PROCESS_LIVE &&
            books_process(slot)->parent == child->slot) {
            orphan[found++].slot = slot;
        }
    }
    EXPECT("its children", found, 2);
    EXPECT(
        "end",
        op_update(process_entry(child->slot), child->space.table, RIGHTS_NONE),
        OK);
    for (unsigned n = 0; n < 2; n++) {
        EXPECT("adopt", child_adopt(&orphan[n], orphan[n].slot), OK);
        EXPECT("end", child_end(&orphan[n]) != 0, true);
    }
    EXPECT("bury", child_bury(child), true);
    return 0;
}

static int two_levels(void)
{
    struct family f;
    struct space mine = pages_own();
    STEP("two levels: a third to one by turns, the rest to one by shares");
    TRY(begin(&f, by_share, 5 * LONGER));
    TRY(add(&f, schedules_by_turns, 1, 2));
    TRY(add(&f, schedules_by_share, 2, 2));
    for (unsigned n = 0; n < 2; n++) {
        EXPECT("run", child_run(&f.child[n], 0), OK);
        EXPECT("reason", child_reason(&f.child[n]), REASON_SWAP);
    }
    all_ready(&f);
    TRY(turns(&f.scheduler, SMALL / 4));
    f.count = COUNTS;
    TRY(has_share(&f, 0, 1, 6, 15));
    TRY(has_share(&f, 1, 1, 6, 15));
    TRY(has_share(&f, 2, 1, 6, 15));
    TRY(has_share(&f, 3, 3, 6, 15));
    TRY(end_both(&f.child[0]));
    TRY(end_both(&f.child[1]));
    EXPECT("detach", pages_unmap(&mine, f.page, 1), OK);
    EXPECT("give", op_alloc(f.frame, 1, KIND_FREE, 0), OK);
    return 0;
}

int main(void)
{
    TRY(round_robin());
    TRY(stride());
    STEP("earliest deadline first: all are met with 95 parts of 100 used");
    for (uint64_t seed = 1; seed <= SETS; seed++) {
        TRY(meets_all(seed * UINT64_C(0x9e3779b97f4a7c15)));
    }
    TRY(two_levels());
    return 0;
}
