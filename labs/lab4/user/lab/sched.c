/*
 * Exercise 4.3. Round robin.
 */
#include "lab/sched.h"

#include "lab/exercise.h"
#include "lib/books.h"
#include "lib/operations.h"
#include "lib/process.h"

unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last)
{
    /* TODO 1: once around the circle, from the one after `last`. */
    (void)tasks, (void)count, (void)last;
    exercise_missing("4.3 (user/lab/sched.c: sched_next)");
}

uint64_t sched_turn(struct sched_task *task)
{
    /*
     * TODO 2: hand the CPU over; lib/process.h has how, and lib/clock.h what
     *         time it is. Was it refused?
     * TODO 3: the CPU is back, and the turn counts. The task's record in the
     *         books says why it is back, and its context says the rest.
     */
    (void)task;
    exercise_missing("4.3 (user/lab/sched.c: sched_turn)");
}

uint64_t sched_run(struct sched_task *tasks, unsigned count)
{
    /* TODO 4: turns, until nobody is ready; how many took place? */
    (void)tasks, (void)count;
    exercise_missing("4.3 (user/lab/sched.c: sched_run)");
}
