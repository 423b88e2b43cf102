/*
 * An end. It comes by exit, by a signal, by a crash, or with pid 1; and it must
 * be complete at once, as nobody will ask the process again:
 *
 *   machine_end        never runs again; its memory is given back
 *   process_release    descriptors, directory, command line, words, mappings
 *   process_orphan     its children are pid 1's
 *   session_leave      its session loses the terminal, if it led it
 *   process_abandon    groups that nobody can continue now: SIGHUP, SIGCONT
 *   wake, report       who waits for it; SIGCHLD, or nobody wants to know
 *
 * The record alone stays, until the parent has been told. Each of these may
 * send signals, but none of them SIGKILL: so an end never ends another in the
 * middle, but for pid 1's, which takes all.
 */
#include "libos/unix/keeper/process/exit.h"

#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/process/session.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/record/wait_queue.h"

static int first_status;

void exit_begin(void)
{
    first_status = -1;
}

int process_first_status(void)
{
    return first_status;
}

/* Groups that its end has left without a parent who could continue them. */
static void process_abandon(const struct process *process)
{
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *other = process_at(i);
        if (other && other != process && other->stopped &&
            other->state != STATE_ENDED && other->session == process->session) {
            signal_abandon(other->group);
        }
    }
}

static void process_release(struct process *process)
{
    if (process->held) {
        description_drop(process->held);
        process->held = 0;
    }
    for (unsigned i = 0; i < DESCRIPTORS / 64; i++) {
        while (process->used[i]) {
            unsigned fd = i * 64 + (unsigned)__builtin_ctzll(process->used[i]);
            descriptor_close(process, (int)fd);
        }
    }
    vnode_drop(process->directory);
    process->directory = 0;
    cmdline_drop(process);
    futex_forget(process);
    mapping_drop(process->mapped);
    process->mapped = 0;
}

/* Its parent is told, or does not want to know. */
static void process_report(struct process *process)
{
    struct process *parent = process_alive(process->parent);
    int status = process->status, signal = status & 0x7f;
    if (!parent) {
        process_forget(process);
        return;
    }
    uint64_t child = *(volatile uint64_t *)&machine_window(parent->slot)->child;
    uint32_t pid = process->pid;
    if (child & CHILD_NO_WAIT) {
        process_forget(process); /* from here on `process` is no record */
    }
    signal_send(parent, SIGCHLD, signal ? CLD_KILLED : CLD_EXITED, pid,
                signal ? signal : status >> 8 & 0xff);
    wait_queue_wake(WAIT_CHILD, parent->pid);
}

/* Its children are pid 1's now; who ended before, is news to it. */
static void process_orphan(const struct process *process)
{
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *child = process_at(i);
        if (child && child->parent == process->pid) {
            child->parent = 1;
            if (child->state == STATE_ENDED) {
                process_report(child);
            }
        }
    }
}

/* Pid 1 has ended: nothing is left. */
static void process_end_all(struct process *first)
{
    first_status = first->status;
    process_forget(first);
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && process->state != STATE_ENDED) {
            process_end(process, SIGKILL);
        }
    }
    for (unsigned i = 0; i < process_top(); i++) {
        if (process_at(i)) {
            process_forget(process_at(i));
        }
    }
}

void process_abort(struct process *process)
{
    process_release(process);
    process_forget(process);
}

void process_end(struct process *process, int status)
{
    process->state = STATE_ENDED;
    process->status = status & 0xffff;
    process->stopped = process->stop_news = process->continue_news = false;
    process->alarm = process->deadline = NEVER;
    /* First of all: nothing below may find it by its slot. */
    process_leave(process);
    machine_end(process->slot);
    process_release(process);
    if (process->pid != 1) {
        process_orphan(process);
    }
    session_leave(process);
    process_abandon(process);
    wait_queue_wake(WAIT_FORKED, process->pid);
    if (process->pid == 1) {
        process_end_all(process);
    } else {
        process_report(process);
    }
}

int64_t serve_exit(struct serve *s)
{
    process_end(s->process, (int)(s->a[0] & 0xffff));
    return SERVE_ENDED;
}
