/*
 * A scheduler for whoever has a CPU and children that want it. The kernel has
 * none: it sees that one process hands the CPU to another for a while. Whose
 * turn it is, is decided here, in a process like any other; its own scheduler
 * may be another of these, with another policy.
 *
 *     ready    key 10 --> key 12 --> key 12       in order of their keys
 *                |
 *                v      until its slice is over, a sleeper wakes, or what I was
 *             the CPU   lent ends: whichever comes first
 *
 *     asleep   500 --> 900                        in order of when they wake
 *
 * A policy is what the key is, and nothing else: one function, which is called
 * when a task becomes ready.
 */
#ifndef XO5_USER_SCHEDULER_H
#define XO5_USER_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/errors.h"

#define SHARE_MAX 0x10000

/* A process that wants the CPU now and then. What the caller fills in is: */
struct task {
    uint64_t process;  /* its slot */
    uint64_t share;    /* by_share: of all CPU time, 1 to SHARE_MAX; beside the
                          others' */
    uint64_t deadline; /* by_deadline: a time of the time-stamp counter */
    /* The rest is 0 at first, and the scheduler's. */
    uint64_t ran;    /* ticks for which it had the CPU */
    uint64_t turns;  /* how often */
    uint64_t key;    /* its place in the list that it is in */
    uint64_t passed; /* by_share: what it had, in parts of its share */
    struct task *next;
};

struct scheduler;

/* Sets the key of a task that becomes ready: smaller ones come first, the
 * equal ones in the order in which they came. (They are compared by their
 * difference, so that they may wrap.) */
typedef void policy(struct scheduler *s, struct task *t);

policy by_turns;    /* round robin: who came first */
policy by_share;    /* stride: who had least of its share. Who slept has no more
                       to come for that */
policy by_deadline; /* earliest deadline first */

/* The caller fills in `policy` and `slice`; the rest is 0. */
struct scheduler {
    policy *policy;
    uint64_t slice; /* ticks that a turn lasts at most */
    struct task *ready, *asleep;
    uint64_t last;   /* by_turns: the key of the last one that came */
    uint64_t passed; /* by_share: that of the last one that was chosen */
};

/* The task, which is in no list, wants the CPU; or will want it at that time of
 * the time-stamp counter. */
void scheduler_ready(struct scheduler *s, struct task *t);
void scheduler_sleep(struct scheduler *s, struct task *t, uint64_t until);

/* Takes the task out of the list that it is in; false if it is in none. */
bool scheduler_remove(struct scheduler *s, struct task *t);

/* From now on, another policy, for those who are ready too. */
void scheduler_change(struct scheduler *s, policy *to);

/*
 * Takes the first of the ready out of the list, after those have become ready
 * whose time is `now` or earlier. NULL if nobody is ready.
 */
struct task *scheduler_take(struct scheduler *s, uint64_t now);

/* A task that was taken has had the CPU once, for so many ticks. */
void scheduler_charge(struct task *t, uint64_t ticks);

/* When the next one wakes, or UINT64_MAX. */
uint64_t scheduler_wakes(const struct scheduler *s);

/*
 * One turn: takes the first of the ready and hands it the CPU, a child of mine
 * or one that accepts it of me. Returns it when the CPU is back; it is in no
 * list then. *error is what the hand-over answered; why the CPU is back is in
 * the process's record if that is OK. NULL if nobody was ready: then all time
 * has passed until someone woke, or something came for me (process_rest).
 */
struct task *scheduler_turn(struct scheduler *s, enum error *error);

#endif
