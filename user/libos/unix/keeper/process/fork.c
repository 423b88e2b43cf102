#include "libos/unix/keeper/process/fork.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/record/wait_queue.h"
#include "libos/unix/keeper/terminal/tty.h"

/* The second try, and all after it, of a fork that waits for its child. */
static int64_t fork_again(struct serve *s)
{
    const struct process *child = process_alive((uint32_t)s->process->done);
    if (child && !child->executed && child->parent == s->process->pid) {
        return serve_wait(s, WAIT_FORKED, child->pid);
    }
    return (int64_t)s->process->done;
}

/* What the parent says of its signals holds for the child. */
static void fork_window(struct window *to, const struct window *from)
{
    to->blocked = from->blocked;
    to->ignored = from->ignored;
    to->child = from->child;
}

int64_t serve_fork(struct serve *s)
{
    struct process *parent = s->process;
    if (parent->again) {
        return fork_again(s);
    }
    struct process *child = process_copy(parent);
    if (!child) {
        return -EAGAIN;
    }
    int slot = machine_fork(parent->slot);
    if (slot < 0) {
        process_abort(child);
        return slot;
    }
    process_settle(child, (unsigned)slot);
    fork_window(machine_window((unsigned)slot), machine_window(parent->slot));
    keeper_ready((unsigned)slot);
    parent->done = child->pid;
    return s->a[0] & FORK_WAITS ? serve_wait(s, WAIT_FORKED, child->pid)
                                : (int64_t)child->pid;
}

/* The path that /proc will say: without links and dots, if it is there. */
static const char *exec_path(struct process *process, const char *path,
                             char *text)
{
    struct place place;
    if (!lookup(process, (uint64_t)AT_FDCWD, path, WALK_FOLLOW, &place) &&
        place.last == LAST_NAME &&
        lookup_path_of_place(&place, text, PATH_MAX) > 0) {
        return text;
    }
    return path;
}

int64_t serve_exec(struct serve *s)
{
    static char text[PATH_MAX];
    struct process *process = s->process;
    const char *path = exec_path(process, s->at[0], text);
    const char *given = s->at[1] ? s->at[1] : s->at[0];
    uint64_t count = s->at[1] ? s->a[2] : strlen(given) + 1;
    int error = cmdline_set(process, path, given, count);
    if (error) {
        return error;
    }
    for (unsigned i = 0; i < DESCRIPTORS / 64; i++) {
        for (uint64_t bits = process->used[i]; bits; bits &= bits - 1) {
            int fd = (int)(i * 64) + __builtin_ctzll(bits);
            if (process->files[fd] & DESCRIPTOR_CLOEXEC) {
                descriptor_close(process, fd);
            }
        }
    }
    futex_forget(process);
    machine_window(process->slot)->woken = 0;
    machine_window(process->slot)->shares = 0;
    mapping_drop(process->mapped);
    process->mapped = 0;
    process->executed = true;
    wait_queue_wake(WAIT_FORKED, process->pid);
    return 0;
}

int64_t serve_exit(struct serve *s)
{
    process_end(s->process, (int)(s->a[0] & 0xffff));
    return SERVE_ENDED;
}

/* ---- groups and sessions ------------------------------------------------- */

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
