/* Round robin: a scheduler in user space runs children of all sorts, and one
 * after the other they come to their ends. Each prints what it does. */
#include "lab/sched.h"
#include "lib/child.h"
#include "lib/clock.h"
#include "lib/expect.h"
#include "lib/process.h"

#define CHILDREN 4
#define LEASE 2000 /* of the greedy one, in microseconds: try others */
#define WORK 3     /* how many of them it needs */

struct part {
    const char *name;
    child_program *program;
    uint64_t lease;         /* microseconds */
    enum sched_state state; /* how it ends */
    uint64_t turns;         /* at least: with a lease there may be more */
    uint64_t status, vector;
};

static void say(const char *name, const char *what, uint64_t n)
{
    console_print("%12s %s %lu\n", name, what, n);
}

/* Counts to 4, and hands the CPU back after each. */
static int counts(uint64_t word)
{
    for (uint64_t i = 1; i <= word; i++) {
        say("counter:", "counts", i);
        process_yield();
    }
    return 40;
}

/* Computes, and gives the CPU to nobody: it is taken. */
static int greedy(uint64_t word)
{
    for (uint64_t i = 1; i <= word; i++) {
        say("greedy:", "computes, turn", i);
        process_compute();
    }
    return 41;
}

static int ends(uint64_t word)
{
    say("quick:", "ends at once, with", word);
    return (int)word;
}

static int crashes(uint64_t word)
{
    say("clumsy:", "yields once, of", word);
    process_yield();
    say("clumsy:", "divides by", 0);
    __asm__ volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx"
                     :
                     :
                     : "rax", "rcx", "rdx", "cc");
    return 43;
}

static const struct part parts[CHILDREN] = {
    {"counter", counts, 0, SCHED_DONE, 5, 40, 0},
    {"greedy", greedy, LEASE, SCHED_DONE, WORK + 1, 41, 0},
    {"quick", ends, 0, SCHED_DONE, 1, 4, 0},
    {"clumsy", crashes, 0, SCHED_CRASHED, 2, 0, 0},
};
static const uint64_t words[CHILDREN] = {4, WORK, 4, 1};

static int show(const struct sched_task *task, const struct part *part)
{
    static const char *const names[] = {"ready", "done", "crashed"};
    console_print("%12s %s: %lu turns, status %lu, vector %lu\n", part->name,
                  names[task->state], task->turns, task->status, task->vector);
    EXPECT("state", task->state, part->state);
    EXPECT("turns", task->turns >= part->turns, true);
    EXPECT("status", task->status, part->status);
    EXPECT("vector", task->vector, part->vector);
    return 0;
}

int main(void)
{
    static struct child child[CHILDREN];
    static struct sched_task task[CHILDREN];
    uint64_t turns = 0;
    STEP("four children are built");
    for (unsigned i = 0; i < CHILDREN; i++) {
        EXPECT("start",
               child_start(&child[i], parts[i].program, words[i], 0, 0), OK);
        EXPECT("console", child_give_console(&child[i]), OK);
        task[i].process = child[i].slot;
        task[i].lease = clock_for(parts[i].lease);
        task[i].context = child[i].context;
        turns += parts[i].turns;
    }
    STEP("the scheduler runs them, turn by turn");
    EXPECT("turns", sched_run(task, CHILDREN) >= turns, true);
    STEP("all have come to their ends");
    for (unsigned i = 0; i < CHILDREN; i++) {
        TRY(show(&task[i], &parts[i]));
        EXPECT("end", child_end(&child[i]) != 0, true);
    }
    return 0;
}
