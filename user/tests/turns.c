/* What graders ask of a scheduler (user/lab/sched.h). It judges nothing: what
 * was answered goes into a report, whose address is in the context, at
 * batch[0].a. `seed=N` on the boot command line says which mixes of children
 * are scheduled. The reader is grade/lab4/turns.py. */
#include "lab/sched.h"
#include "lib/child.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/string.h"

#define CIRCLE_MAX 5
#define TURNS 12
#define MIXES 4
#define CHILDREN 3
#define LOG_MAX 63

enum phase { PHASE_NEXT = 1, PHASE_TURN = 2, PHASE_RUN = 3 };

/* What a turn answered, and the task after it. */
struct turn {
    uint64_t answer, state, turns, status, vector, logged;
};

struct mix {
    uint64_t turns;
    struct turn task[CHILDREN];
    uint64_t logged;
    uint64_t log[LOG_MAX]; /* whose each step was, in their order */
};

static struct report {
    uint64_t phase; /* what is complete */
    uint64_t none;  /* what sched_run answers of no task */
    struct turn turn[TURNS];
    struct mix mix[MIXES];
    uint8_t next[2048]; /* 1 + what sched_next answers */
} report;

/* A page that children write, and where I see it. */
struct log {
    volatile uint64_t count;
    volatile uint64_t step[LOG_MAX];
};
#define LOG ((struct log *)pages_address(0))
#define CHILDS_LOG ((struct log *)CHILD_SHARED)

/* ---- sched_next: all circles of up to CIRCLE_MAX tasks ------------------ */

static void ask_next(void)
{
    struct sched_task tasks[CIRCLE_MAX];
    unsigned at = 0;
    memset(tasks, 0, sizeof(tasks));
    for (unsigned count = 1, all = 3; count <= CIRCLE_MAX; count++, all *= 3) {
        for (unsigned states = 0; states < all; states++) {
            unsigned rest = states;
            for (unsigned i = 0; i < count; i++, rest /= 3) {
                tasks[i].state = (enum sched_state)(rest % 3);
            }
            for (unsigned last = 0; last < count; last++) {
                unsigned next = sched_next(tasks, count, last);
                report.next[at++] = (uint8_t)(1 + next);
            }
        }
    }
    report.phase = PHASE_NEXT;
}

/* ---- what children do ---------------------------------------------------- */

enum how { END_STATUS = 0, END_DIVIDE = 1, END_OPCODE = 2, END_PAGE = 3 };

/* A child's word: its number, how many operations it calls before it yields
 * and before it ends, how often it yields, and how it ends. */
#define PLAN(id, work, yields, how, status)                                    \
    ((uint64_t)(id) | (uint64_t)(work) << 8 | (uint64_t)(yields) << 16 |       \
     (uint64_t)(how) << 24 | (uint64_t)(status) << 32)

static void log_step(uint64_t id)
{
    if (CHILDS_LOG->count < LOG_MAX) {
        CHILDS_LOG->step[CHILDS_LOG->count] = id;
    }
    CHILDS_LOG->count = CHILDS_LOG->count + 1;
}

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

static int follow_plan(uint64_t word)
{
    uint64_t id = word & 255, work = word >> 8 & 255;
    for (uint64_t yields = word >> 16 & 255;; yields--) {
        for (uint64_t i = 0; i < work; i++) {
            log_step(id);
            op_update(0, 0, RIGHTS_NONE);
        }
        log_step(id);
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

/* Writes into its context what others believe only after a fault. */
static int pretends(uint64_t ended)
{
    process_context()->status = 77;
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

static int start(struct child *child, child_program *program, uint64_t word,
                 uint64_t frame)
{
    return child_start(child, program, word, 0, 0) == OK &&
           pages_map(&child->space, CHILD_SHARED, frame, 1, RIGHTS_PAGE) == OK;
}

static void note(struct turn *turn, const struct sched_task *task,
                 uint64_t answer)
{
    *turn = (struct turn){answer,       task->state,  task->turns,
                          task->status, task->vector, LOG->count};
}

/* So many turns of a child. */
static int try_turns(unsigned *at, child_program *program, uint64_t word,
                     uint64_t lease, unsigned turns, uint64_t frame)
{
    struct child child;
    struct sched_task task = {.lease = lease};
    memset(LOG, 0, sizeof(*LOG));
    if (!start(&child, program, word, frame)) {
        return 0;
    }
    task.process = child.slot;
    task.context = child.context;
    for (unsigned i = 0; i < turns; i++) {
        uint64_t answer = sched_turn(&task);
        note(&report.turn[(*at)++], &task, answer);
    }
    return end(&child);
}

static int ask_turns(uint64_t frame)
{
    static struct context context;
    unsigned at = 0;
    struct sched_task nobody = {.process = 200, .context = &context};
    if (!try_turns(&at, follow_plan, PLAN(1, 0, 1, 0, 7), 0, 2, frame) ||
        !try_turns(&at, follow_plan, PLAN(2, 5, 0, 0, 8), 5, 2, frame) ||
        !try_turns(&at, follow_plan, PLAN(3, 0, 0, 1, 0), 0, 1, frame) ||
        !try_turns(&at, follow_plan, PLAN(4, 0, 0, 3, 0), 0, 1, frame) ||
        !try_turns(&at, pretends, CONTEXT_ENDED, 0, 2, frame) ||
        !try_turns(&at, pretends, CONTEXT_ENDED + 1, 0, 2, frame)) {
        return 0;
    }
    memset(LOG, 0, sizeof(*LOG));
    uint64_t answer = sched_turn(&nobody);
    note(&report.turn[at], &nobody, answer);
    report.phase = PHASE_TURN;
    return 1;
}

/* ---- mixes --------------------------------------------------------------- */

static uint64_t seed;

static uint64_t below(uint64_t limit)
{
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (seed >> 33) % limit;
}

static void read_seed(void)
{
    const char *line = process_books()->cmdline;
    for (; *line != 0; line++) {
        if (memcmp(line, "seed=", 5) == 0) {
            for (line += 5; *line >= '0' && *line <= '9'; line++) {
                seed = seed * 10 + (uint64_t)(*line - '0');
            }
            return;
        }
    }
}

static int run_mix(struct mix *mix, uint64_t frame)
{
    static const uint8_t leases[] = {0, 1, 2, 3, 5, 8};
    struct child child[CHILDREN];
    struct sched_task task[CHILDREN];
    memset(task, 0, sizeof(task));
    memset(LOG, 0, sizeof(*LOG));
    for (unsigned i = 0; i < CHILDREN; i++) {
        uint64_t lease = leases[below(6)], work = below(4), yields = below(4);
        uint64_t how = below(6), status = below(90);
        uint64_t word = PLAN(i, work, yields, how < 4 ? how : 0, status);
        if (!start(&child[i], follow_plan, word, frame)) {
            return 0;
        }
        task[i].process = child[i].slot;
        task[i].lease = lease;
        task[i].context = child[i].context;
    }
    mix->turns = sched_run(task, CHILDREN);
    for (unsigned i = 0; i < CHILDREN; i++) {
        note(&mix->task[i], &task[i], OK);
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (!end(&child[i])) {
            return 0;
        }
    }
    mix->logged = LOG->count;
    memcpy(mix->log, (const void *)LOG->step, sizeof(mix->log));
    return 1;
}

int main(void)
{
    struct space mine = pages_own();
    uint64_t frame;
    process_context()->batch[0].a = (uintptr_t)&report;
    read_seed();
    ask_next();
    if (pages_fresh(&mine, pages_address(0), &frame) != OK ||
        !ask_turns(frame)) {
        return 1;
    }
    report.none = sched_run(NULL, 0);
    for (unsigned i = 0; i < MIXES; i++) {
        if (!run_mix(&report.mix[i], frame)) {
            return 2;
        }
    }
    report.phase = PHASE_RUN;
    return 0;
}
