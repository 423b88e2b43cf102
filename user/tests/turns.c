/*
 * What graders ask of a scheduler (user/lab/sched.h). It judges nothing, and
 * knows nothing that a scheduler could have been told before: which circles
 * and which children there are is made of a number that the grader puts in
 * from outside, while this stands at its first look. Each step of a child is
 * a look too, at which the grader sees in whose tables it is made: so it
 * knows who had the CPU. What was answered goes into turns_report, which the
 * grader reads itself. The reader is grade/lab4/turns.py.
 *
 * `seed=N` on the boot command line is that number where no grader is: in GDB.
 */
#include "lab/sched.h"
#include "lib/books.h"
#include "lib/child.h"
#include "lib/process.h"
#include "lib/string.h"

#define CIRCLES 256
#define CIRCLE_MAX 8
#define TURNS 12
#define MIXES 4
/* Seconds, for which nobody waits: a child that uses its lease up rests, and
 * the grader's clock goes on at once to the next thing that is to happen. (It
 * does so too when the machine is stopped, by a second or so each time. That
 * must not be the end of a lease.) */
#define LEASE 5
#define CHILDREN 3

/* What a turn answered, and the task after it. */
struct turn {
    uint64_t answer, state, turns, status, vector;
};

struct mix {
    uint64_t turns;
    struct turn task[CHILDREN];
};

struct report {
    uint64_t none; /* what sched_run answers of no task */
    struct turn turn[TURNS];
    struct mix mix[MIXES];
    uint64_t next[CIRCLES]; /* what sched_next answers */
};
/* (Static: no scheduler reaches them by name.) */
static struct report turns_report;
static volatile uint64_t turns_given = 1;

/* The grader stands here: what is so now, and of which child, turn or phase. */
enum look {
    LOOK_BEGIN = 0, /* turns_given is wanted */
    LOOK_STEP = 1,  /* a child, by its number, does something */
    LOOK_START = 2, /* new children: their steps are counted from here */
    LOOK_TURN = 3,  /* a turn of one child is over */
    LOOK_MIX = 4,   /* a mix of children has run */
    LOOK_PHASE = 5, /* all of this kind are done */
};
enum phase { PHASE_NEXT = 1, PHASE_TURN = 2, PHASE_RUN = 3 };

static void __attribute__((noinline, used)) turns_look(enum look look,
                                                       uint64_t which)
{
    __asm__ volatile("" : : "r"(look), "r"(which) : "memory");
}

static uint64_t seed;

static uint64_t below(uint64_t limit)
{
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (seed >> 33) % limit;
}

/* ---- sched_next ---------------------------------------------------------- */

static void ask_next(void)
{
    struct sched_task tasks[CIRCLE_MAX];
    memset(tasks, 0, sizeof(tasks));
    for (unsigned n = 0; n < CIRCLES; n++) {
        unsigned count = 1 + (unsigned)below(CIRCLE_MAX);
        for (unsigned i = 0; i < count; i++) {
            tasks[i].state = (enum sched_state)below(3);
        }
        turns_report.next[n] = sched_next(tasks, count, (unsigned)below(count));
    }
    turns_look(LOOK_PHASE, PHASE_NEXT);
}

/* ---- what children do ---------------------------------------------------- */

enum how { END_STATUS = 0, END_DIVIDE = 1, END_OPCODE = 2, END_PAGE = 3 };

/* A child's word: its number, how often it uses its lease up before it yields
 * and before it ends, how often it yields, and how it ends. */
#define PLAN(id, work, yields, how, status)                                    \
    ((uint64_t)(id) | (uint64_t)(work) << 8 | (uint64_t)(yields) << 16 |       \
     (uint64_t)(how) << 24 | (uint64_t)(status) << 32)

static void crash(uint64_t how)
{
    if (how == END_DIVIDE) {
        __asm__ volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx"
                         :
                         :
                         : "rax", "rcx", "rdx", "cc");
    } else if (how == END_PAGE) {
        volatile uintptr_t nowhere = 0x10;
        *(volatile uint64_t *)nowhere = 0;
    }
    __asm__ volatile("ud2");
}

/* Rests until the CPU has been taken away, and is back. */
static void use_up(void)
{
    volatile struct context *context = process_context();
    context->cpu.rip = 0;
    while (context->cpu.rip == 0) {
        process_rest(0);
    }
}

static int follow_plan(uint64_t word)
{
    uint64_t id = word & 255, work = word >> 8 & 255;
    for (uint64_t yields = word >> 16 & 255;; yields--) {
        for (uint64_t i = 0; i < work; i++) {
            turns_look(LOOK_STEP, id);
            use_up();
        }
        turns_look(LOOK_STEP, id);
        if (yields == 0) {
            break;
        }
        process_yield();
    }
    if ((word >> 24 & 255) != END_STATUS) {
        crash(word >> 24 & 255);
    }
    return (int)(word >> 32);
}

static uint64_t pretended; /* what the next writes there */

/* Writes into its context what others believe only after a fault. */
static int pretends(uint64_t ended)
{
    process_context()->status = pretended;
    process_context()->ended = ended;
    process_yield();
    crash(END_OPCODE);
    return 0;
}

/* ---- turns, one by one --------------------------------------------------- */

/* Ends a child, and no more: what it owned stays its own, for to find all of
 * it would take longer than everything else here. */
static int end(struct child *child)
{
    return op_update(process_entry(child->slot), child->space.table,
                     RIGHTS_NONE) == OK &&
           pages_clear(&child->space) == OK;
}

static void note(struct turn *turn, const struct sched_task *task,
                 uint64_t answer)
{
    *turn = (struct turn){answer, task->state, task->turns, task->status,
                          task->vector};
}

/* So many turns of a child. */
static int try_turns(unsigned *at, child_program *program, uint64_t word,
                     uint64_t lease, unsigned turns)
{
    struct child child;
    struct sched_task task = {.lease = lease};
    if (child_start(&child, program, word, 0, 0) != OK) {
        return 0;
    }
    task.process = child.slot;
    task.context = child.context;
    turns_look(LOOK_START, 0);
    for (unsigned i = 0; i < turns; i++) {
        uint64_t answer = sched_turn(&task);
        note(&turns_report.turn[*at], &task, answer);
        turns_look(LOOK_TURN, (*at)++);
    }
    return end(&child);
}

static int ask_turns(void)
{
    static struct context context;
    unsigned at = 0;
    struct sched_task nobody = {.process = 200, .context = &context};
    uint64_t status = 1 + below(90), later = 1 + below(90);
    uint64_t lease = LEASE * books_head()->clock_rate;
    pretended = 1 + below(90); /* before the children have copies of it */
    if (!try_turns(&at, follow_plan, PLAN(1, 0, 1, 0, status), 0, 2) ||
        !try_turns(&at, follow_plan, PLAN(2, 1, 0, 0, later), lease, 2) ||
        !try_turns(&at, follow_plan, PLAN(3, 0, 0, 1, 0), 0, 1) ||
        !try_turns(&at, follow_plan, PLAN(4, 0, 0, 3, 0), 0, 1) ||
        !try_turns(&at, pretends, CONTEXT_ENDED, 0, 2) ||
        !try_turns(&at, pretends, CONTEXT_ENDED + 1, 0, 2)) {
        return 0;
    }
    turns_look(LOOK_START, 0);
    uint64_t answer = sched_turn(&nobody);
    note(&turns_report.turn[at], &nobody, answer);
    turns_look(LOOK_TURN, at);
    turns_look(LOOK_PHASE, PHASE_TURN);
    return 1;
}

/* ---- mixes --------------------------------------------------------------- */

static void read_seed(void)
{
    turns_look(LOOK_BEGIN, 0);
    seed = process_value("seed=", turns_given);
}

static int run_mix(struct mix *mix)
{
    struct child child[CHILDREN];
    struct sched_task task[CHILDREN];
    memset(task, 0, sizeof(task));
    for (unsigned i = 0; i < CHILDREN; i++) {
        uint64_t lease = below(2), work = below(4), yields = below(4);
        uint64_t how = below(6), status = below(90);
        uint64_t word =
            PLAN(i, lease ? work : 0, yields, how < 4 ? how : 0, status);
        if (child_start(&child[i], follow_plan, word, 0, 0) != OK) {
            return 0;
        }
        task[i].process = child[i].slot;
        task[i].lease = lease ? LEASE * books_head()->clock_rate : 0;
        task[i].context = child[i].context;
    }
    turns_look(LOOK_START, 0);
    mix->turns = sched_run(task, CHILDREN);
    for (unsigned i = 0; i < CHILDREN; i++) {
        note(&mix->task[i], &task[i], OK);
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (!end(&child[i])) {
            return 0;
        }
    }
    turns_look(LOOK_MIX, (uint64_t)(mix - turns_report.mix));
    return 1;
}

int main(void)
{
    read_seed();
    ask_next();
    if (!ask_turns()) {
        return 1;
    }
    turns_report.none = sched_run(NULL, 0);
    for (unsigned i = 0; i < MIXES; i++) {
        if (!run_mix(&turns_report.mix[i])) {
            return 2;
        }
    }
    turns_look(LOOK_PHASE, PHASE_RUN);
    return 0;
}
