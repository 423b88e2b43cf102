/*
 * Scheduling, as far as one can ask and be told: a thread's policy and
 * priority are remembered, kept by exec and by its children, and nobody's turn
 * depends on them. The calling process's only: another is as at the start.
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SCHED_H
#define XO5_UNIX_PERSONALITY_THREAD_SCHED_H

#include <stdint.h>

#include "libos/unix/personality/thread/thread.h"

/* What a new thread has of the one that makes it; a forked child too. */
void sched_inherit(struct thread *thread, const struct thread *from);

int64_t call_sched_setparam(const uint64_t *a);
int64_t call_sched_getparam(const uint64_t *a);
int64_t call_sched_setscheduler(const uint64_t *a);
int64_t call_sched_getscheduler(const uint64_t *a);
int64_t call_sched_get_priority_max(const uint64_t *a);
int64_t call_sched_get_priority_min(const uint64_t *a);
int64_t call_sched_rr_get_interval(const uint64_t *a);
int64_t call_sched_setaffinity(const uint64_t *a);
int64_t call_sched_getaffinity(const uint64_t *a);

#endif
