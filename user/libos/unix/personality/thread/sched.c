/*
 * Scheduling policies are remembered and told, and change nothing: threads have
 * turns by thread.c's rule, processes by the keeper's. Programs ask for a
 * policy to be sure of it and give up if they may not, so a lie that is
 * consistent serves them better than an error.
 */
#include "libos/unix/personality/thread/sched.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"

#define PRIORITIES 99 /* of the policies that have some, from 1 on */
#define TURN 10000000 /* nanoseconds; a thread's, if others wait */
#define TURN_ROUND_ROBIN 100000000

static bool has_priorities(uint32_t policy)
{
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

void sched_inherit(struct thread *thread, const struct thread *from)
{
    uint32_t policy = from->policy & ~SCHED_RESET_ON_FORK;
    bool resets = policy != from->policy && has_priorities(policy);
    thread->policy = resets ? SCHED_OTHER : policy;
    thread->priority = resets ? 0 : from->priority;
}

/* Finds whom an id names, 0 being the caller: a thread of this process; *found
 * is NULL if it is another process. 0; -EINVAL, -ESRCH. */
static int64_t find(int32_t id, struct thread **found)
{
    *found = id ? 0 : thread_current();
    if (id < 0) {
        return -EINVAL;
    }
    for (unsigned i = 0; id && i < thread_places(); i++) {
        struct thread *t = thread_at(i);
        if (t && t->tid == id) {
            *found = t;
        }
    }
    return !*found && request1(SYS_getpgid, id) < 0 ? -ESRCH : 0;
}

/* -1: there is no such policy. */
static int32_t most_of(uint32_t policy)
{
    switch (policy) {
    case SCHED_FIFO:
    case SCHED_RR:
        return PRIORITIES;
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
    case SCHED_DEADLINE:
        return 0;
    default:
        return -1;
    }
}

int64_t call_sched_get_priority_max(const uint64_t *a)
{
    int32_t most = most_of((uint32_t)a[0]);
    return most < 0 ? -EINVAL : most;
}

int64_t call_sched_get_priority_min(const uint64_t *a)
{
    int32_t most = most_of((uint32_t)a[0]);
    return most < 0 ? -EINVAL : most > 0;
}

/* Sets them, with the priority that lies at `from`; no policy: the one that
 * there is. */
static int64_t set(int32_t id, const uint32_t *policy, uint64_t from)
{
    struct thread *t;
    uint32_t priority;
    if (!from || id < 0) {
        return -EINVAL;
    }
    if (uaccess_read(&priority, from, sizeof(priority))) {
        return -EFAULT;
    }
    int64_t error = find(id, &t);
    if (error) {
        return error;
    }
    uint32_t wanted = policy ? *policy : t ? t->policy : SCHED_OTHER;
    uint32_t plain = wanted & ~SCHED_RESET_ON_FORK;
    if (most_of(plain) < 0 || plain == SCHED_DEADLINE ||
        priority > PRIORITIES || has_priorities(plain) != (priority != 0)) {
        return -EINVAL;
    }
    if (!t) {
        return -EPERM;
    }
    t->policy = wanted;
    t->priority = priority;
    return 0;
}

int64_t call_sched_setscheduler(const uint64_t *a)
{
    uint32_t policy = (uint32_t)a[1];
    return (int32_t)policy < 0 ? -EINVAL : set((int32_t)a[0], &policy, a[2]);
}

int64_t call_sched_setparam(const uint64_t *a)
{
    return set((int32_t)a[0], 0, a[1]);
}

int64_t call_sched_getscheduler(const uint64_t *a)
{
    struct thread *t;
    int64_t error = find((int32_t)a[0], &t);
    return error ? error : t ? (int64_t)t->policy : SCHED_OTHER;
}

int64_t call_sched_getparam(const uint64_t *a)
{
    struct thread *t;
    int64_t error = a[1] ? find((int32_t)a[0], &t) : -EINVAL;
    if (error) {
        return error;
    }
    uint32_t priority = t ? t->priority : 0;
    return uaccess_write(a[1], &priority, sizeof(priority));
}

int64_t call_sched_rr_get_interval(const uint64_t *a)
{
    struct thread *t;
    int64_t error = find((int32_t)a[0], &t);
    if (error) {
        return error;
    }
    uint32_t policy = t ? t->policy & ~SCHED_RESET_ON_FORK : SCHED_OTHER;
    struct timespec time = {0, policy == SCHED_FIFO ? 0
                               : policy == SCHED_RR ? TURN_ROUND_ROBIN
                                                    : TURN};
    return uaccess_write(a[1], &time, sizeof(time));
}

/* One processor. */
int64_t call_sched_getaffinity(const uint64_t *a)
{
    struct thread *t;
    uint64_t set = 1;
    if (a[1] < sizeof(set) || a[1] % sizeof(set)) {
        return -EINVAL;
    }
    int64_t error = (int32_t)a[0] < 0 ? -ESRCH : find((int32_t)a[0], &t);
    if (error) {
        return error;
    }
    return uaccess_write(a[2], &set, sizeof(set)) ? -EFAULT
                                                  : (int64_t)sizeof(set);
}

/* The processor must be among those that are wanted. */
int64_t call_sched_setaffinity(const uint64_t *a)
{
    struct thread *t;
    uint64_t set = 0, size = a[1] < sizeof(set) ? a[1] : sizeof(set);
    if (uaccess_read(&set, a[2], size)) {
        return -EFAULT;
    }
    int64_t error = (int32_t)a[0] < 0 ? -ESRCH : find((int32_t)a[0], &t);
    return error ? error : set & 1 ? 0 : -EINVAL;
}
