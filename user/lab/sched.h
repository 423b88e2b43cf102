/*
 * A scheduler, in user space: which of my children has the CPU next is my
 * business and not the kernel's.
 */
#ifndef XO5_USER_SCHED_H
#define XO5_USER_SCHED_H

#include <stdint.h>

enum sched_state {
    SCHED_READY = 0,   /* wants the CPU */
    SCHED_DONE = 1,    /* ended by itself: `status` says with what */
    SCHED_CRASHED = 2, /* a fault that it could not handle: `vector` */
};

/* A child that the scheduler gives the CPU. process, lease and context are
 * the caller's to fill in, the rest is 0. */
struct sched_task {
    uint64_t process; /* its slot */
    uint64_t lease;   /* ticks of the time-stamp counter that one turn may
                         last (clock_ticks); 0: no end */
    volatile struct context *context; /* where I see its context */
    enum sched_state state;
    uint64_t turns;  /* how often it had the CPU */
    uint64_t status; /* SCHED_DONE */
    uint64_t vector; /* SCHED_CRASHED */
};

/* The task after `last` in a circle that is SCHED_READY, `last` itself at
 * the end of it; `count` if none is ready. For the first, last is
 * count - 1. */
unsigned sched_next(const struct sched_task *tasks, unsigned count,
                    unsigned last);

/*
 * One turn: hands the CPU to the task (a swap in the directory, with a lease
 * that ends so much later than now), counts the turn, and when the CPU is back
 * sets the task's state from its record in the books: after REASON_SWAP and
 * REASON_LEASE it is as ready as before; after REASON_FAULT it is done if its
 * context says CONTEXT_ENDED, and has crashed if not. Returns swap's answer; if
 * that is not OK the turn did not take place, and the task has crashed, with
 * vector 0.
 */
uint64_t sched_turn(struct sched_task *task);

/* Turns, round robin, until no task is ready. Returns how many turns there
 * were. */
uint64_t sched_run(struct sched_task *tasks, unsigned count);

#endif
