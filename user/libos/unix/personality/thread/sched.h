/*
 * Scheduling, as far as one can ask and be told: a thread's policy and
 * priority are remembered, kept by exec and by its children, and nobody's turn
 * depends on them. The calling process's only: another is as at the start.
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SCHED_H
#define XO5_UNIX_PERSONALITY_THREAD_SCHED_H

#include "libos/unix/personality/base/call.h"

#include "libos/unix/personality/thread/thread.h"

/* What a new thread has of the one that makes it; a forked child too. */
void sched_inherit(struct thread *thread, const struct thread *from);

call_function call_sched_setparam, call_sched_getparam, call_sched_setscheduler,
    call_sched_getscheduler, call_sched_get_priority_max,
    call_sched_get_priority_min, call_sched_rr_get_interval,
    call_sched_setaffinity, call_sched_getaffinity;

#endif
