/*
 * Exercise 4.3. Round robin.
 */
#include "lab/sched.h"

#include "lib/books.h"
#include "lib/clock.h"
#include "lib/operations.h"
#include "lib/process.h"

unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last)
{
    for (unsigned step = 1; step <= count; step++) {
        unsigned next = (last + step) % count;
        if (tasks[next].state == SCHED_READY) {
            return next;
        }
    }
    return count;
}

/* The process faulted, and could not handle it: its end, or a crash. */
static void fault(struct sched_task *task)
{
    if (task->context->ended == CONTEXT_ENDED) {
        task->state = SCHED_DONE;
        task->status = task->context->status;
    } else {
        task->state = SCHED_CRASHED;
        task->vector = books_process(task->process)->vector;
    }
}

uint64_t sched_turn(struct sched_task *task)
{
    uint64_t end = task->lease ? clock_ticks() + task->lease : 0;
    uint64_t answer = process_hand(task->process, end);
    if (answer != OK) {
        task->state = SCHED_CRASHED;
        task->vector = 0;
        return answer;
    }
    task->turns++;
    if (books_process(task->process)->reason == REASON_FAULT) {
        fault(task);
    }
    return OK;
}

uint64_t sched_run(struct sched_task *tasks, unsigned count)
{
    uint64_t turns = 0;
    unsigned next = sched_next(tasks, count, count - 1);
    while (next < count) {
        if (sched_turn(&tasks[next]) == OK) {
            turns++;
        }
        next = sched_next(tasks, count, next);
    }
    return turns;
}
