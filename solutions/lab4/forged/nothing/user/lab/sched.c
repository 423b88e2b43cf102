/* Forged: does nothing, and answers 0. */
#include "lab/sched.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "lib/process.h"

unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last)
{
    (void)tasks;
    (void)count;
    (void)last;
    return 0;
}

uint64_t sched_turn(struct sched_task *task)
{
    (void)task;
    return 0;
}

uint64_t sched_run(struct sched_task *tasks, unsigned count)
{
    (void)tasks;
    (void)count;
    return 0;
}
