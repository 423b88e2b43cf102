/*
 * Process groups and sessions: numbers in the records, and POSIX's rules for
 * who may change whose. A group is those that have its number; there is no
 * list, as there are at most 256 processes.
 */
#include "libos/unix/keeper/process/group.h"

/* The process of that pid, or with 0 the caller itself. */
static struct process *member(struct serve *s, uint64_t pid)
{
    return (int32_t)pid ? process_find((uint32_t)pid) : s->process;
}

int64_t serve_getppid(struct serve *s)
{
    return s->process->parent;
}

int64_t serve_getpgid(struct serve *s)
{
    const struct process *process = member(s, s->a[0]);
    return process ? (int64_t)process->group : -ESRCH;
}

int64_t serve_getsid(struct serve *s)
{
    const struct process *process = member(s, s->a[0]);
    return process ? (int64_t)process->session : -ESRCH;
}

static bool group_in_session(uint32_t group, uint32_t session)
{
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        if (process && process->group == group && process->session == session) {
            return true;
        }
    }
    return false;
}

int64_t serve_setpgid(struct serve *s)
{
    const struct process *caller = s->process;
    struct process *process = member(s, s->a[0]);
    int32_t wanted = (int32_t)s->a[1];
    if (wanted < 0) {
        return -EINVAL;
    }
    if (!process || process->state == STATE_ENDED ||
        (process != caller && process->parent != caller->pid)) {
        return -ESRCH;
    }
    uint32_t group = wanted ? (uint32_t)wanted : process->pid;
    if (process != caller && process->session != caller->session) {
        return -EPERM;
    }
    if (process != caller && process->executed) {
        return -EACCES;
    }
    if (process->session == process->pid ||
        (group != process->pid && !group_in_session(group, caller->session))) {
        return -EPERM;
    }
    process->group = group;
    return 0;
}

int64_t serve_setsid(struct serve *s)
{
    struct process *process = s->process;
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *other = process_at(i);
        if (other && other->group == process->pid) {
            return -EPERM;
        }
    }
    process->group = process->session = process->pid;
    process->tty = false;
    return process->pid;
}
