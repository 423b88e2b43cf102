/*
 * Exercise 4.3, in a third way: a circle that is walked step by step, until
 * as many tasks as there are were passed over.
 */
#include "lab/sched.h"

#include "lib/books.h"
#include "lib/clock.h"
#include "lib/operations.h"
#include "lib/process.h"

static unsigned after(unsigned i, unsigned count)
{
    return i + 1 < count ? i + 1 : 0;
}

unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last)
{
    unsigned passed = 0;
    while (passed < count) {
        last = after(last, count);
        if (tasks[last].state == SCHED_READY) {
            return last;
        }
        passed++;
    }
    return count;
}

uint64_t sched_turn(struct sched_task *task)
{
    const volatile struct process *record = books_process(task->process);
    uint64_t answer = process_hand(
        task->process, task->lease == 0 ? 0 : clock_ticks() + task->lease);
    if (answer) {
        task->state = SCHED_CRASHED;
        return answer;
    }
    task->turns += 1;
    switch (record->reason) {
    case REASON_FAULT:
        if (task->context->ended != CONTEXT_ENDED) {
            task->state = SCHED_CRASHED;
            task->vector = record->vector;
            break;
        }
        task->state = SCHED_DONE;
        task->status = task->context->status;
        break;
    default:
        task->state = SCHED_READY;
    }
    return OK;
}

uint64_t sched_run(struct sched_task *tasks, unsigned count)
{
    uint64_t turns = 0;
    unsigned passed = 0, at = 0;
    while (passed < count) {
        if (tasks[at].state != SCHED_READY) {
            passed++;
        } else {
            passed = 0;
            turns += sched_turn(&tasks[at]) == OK ? 1 : 0;
        }
        at = after(at, count);
    }
    return turns;
}
