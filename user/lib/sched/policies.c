/*
 * Three policies. What each of them promises, to n tasks that are always ready:
 *
 *   by_turns     each has the CPU again after at most n - 1 others
 *   by_share     after any time, nobody had less of its share of it than by a
 *                slice; C. A. Waldspurger and W. E. Weihl, "Stride Scheduling:
 *                Deterministic Proportional-Share Resource Management", 1995.
 *                Here a stride is as long as the turn was, so that who gives
 *                the CPU back early pays for what it had and no more
 *   by_deadline  if all deadlines can be met, all are; C. L. Liu and J. W.
 *                Layland, "Scheduling Algorithms for Multiprogramming in a
 *                Hard-Real-Time Environment", 1973
 */
#include "lib/sched/scheduler.h"

void by_turns(struct scheduler *s, struct task *t)
{
    t->key = ++s->last;
}

void by_share(struct scheduler *s, struct task *t)
{
    /* It slept, or is new: it comes next, but what it did not use meanwhile is
     * not made up for. */
    if ((int64_t)(t->passed - s->passed) < 0) {
        t->passed = s->passed;
    }
    t->key = t->passed;
}

void by_deadline(struct scheduler *s, struct task *t)
{
    (void)s;
    t->key = t->deadline;
}
