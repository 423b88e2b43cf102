/*
 * Whose the terminal is: one session's, and of that the group in the foreground
 * may read, and change it. Others of the session that try are stopped, so that
 * a shell can bring them to the front; if nobody could continue them (the group
 * is orphaned), they get an error instead, as they would stop for ever.
 *
 * A session whose leader ends loses the terminal, and its foreground group is
 * told by SIGHUP. There is one terminal, so this is a handful of words.
 */
#include "libos/unix/keeper/process/session.h"

#include "libos/unix/keeper/process/signal.h"

static uint32_t session, foreground; /* 0: none */

void session_begin(void)
{
    session = foreground = 0;
}

uint32_t session_owner(void)
{
    return session;
}

uint32_t session_foreground(void)
{
    return foreground;
}

void session_set_foreground(uint32_t group)
{
    foreground = group;
}

bool session_has_terminal(const struct process *process)
{
    return process->tty && process->session == session;
}

void session_adopt(struct process *process)
{
    if (!session) {
        session = process->session;
        foreground = process->group;
        process->tty = true;
    }
}

void session_leave(struct process *process)
{
    if (!process->tty || process->session != process->pid ||
        session != process->session) {
        process->tty = false;
        return;
    }
    uint32_t group = foreground;
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *other = process_at(i);
        if (other && other->session == session) {
            other->tty = false;
        }
    }
    session = foreground = 0;
    if (group) {
        signal_group(group, SIGHUP, SI_KERNEL, 0);
        signal_group(group, SIGCONT, SI_KERNEL, 0);
    }
}

bool session_in_background(const struct process *process)
{
    return process->tty && session && process->session == session &&
           process->group != foreground;
}

int64_t session_stop(struct process *process, unsigned signal)
{
    if (signal_orphaned(process->group)) {
        return -EIO;
    }
    signal_group(process->group, signal, SI_KERNEL, 0);
    return -EINTR;
}
