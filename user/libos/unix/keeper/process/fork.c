/*
 * Fork, the keeper's part. The record is copied first, since only it can fail
 * for want of a number; then the machine makes the process with its memory;
 * then both are told. The child holds what the parent holds: descriptions,
 * directory, command line, mappings, each counted once more. It does not have
 * what the parent is in the middle of: its request, its pending signals, its
 * timers, its waiting threads.
 *
 * vfork's parent waits for the child to call exec or end; a second try of the
 * request only looks whether that has happened.
 */
#include "libos/unix/keeper/process/fork.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/record/wait_queue.h"

/* Takes over what the other has, into a page of zeros: of its descriptors
 * only those in use. */
static void process_share(struct process *to, const struct process *from)
{
    memcpy(to, from, offsetof(struct process, files));
    for (unsigned i = 0; i < DESCRIPTORS / 64; i++) {
        for (uint64_t bits = to->used[i]; bits; bits &= bits - 1) {
            unsigned fd = i * 64 + (unsigned)__builtin_ctzll(bits);
            to->files[fd] = from->files[fd];
            description_hold(to->files[fd] & ~DESCRIPTOR_CLOEXEC);
        }
    }
    vnode_hold(to->directory);
    cmdline_hold(to);
    mapping_hold(to->mapped);
}

struct process *process_copy(struct process *from)
{
    struct process *to = process_new();
    if (!to) {
        return NULL;
    }
    uint32_t pid = to->pid;
    uint16_t index = to->index;
    if (from) {
        process_share(to, from);
        to->parent = from->pid;
    }
    memset(to->senders, 0, sizeof(to->senders));
    to->pid = pid;
    to->index = index;
    to->state = STATE_RUNS;
    to->slot = 0;
    to->again = false;
    to->stopped = to->stop_news = to->continue_news = to->executed = false;
    to->dying = false;
    to->held = 0;
    to->waiters = to->waiter_count = to->woken = 0;
    to->pending = 0;
    to->alarm = to->deadline = NEVER;
    to->alarm_interval = 0;
    to->user = to->system = to->children_user = to->children_system = 0;
    to->began = machine_now();
    return to;
}

void process_settle(struct process *process, unsigned slot)
{
    struct window *window = machine_window(slot);
    process_enter(process, slot);
    window->truncations = 0;
    window->pid = process->pid;
    window->parent = process->parent;
    window->clock_base =
        (uint64_t)inode_now() - machine_now(); /* the same all the time */
    window->pending = 0;
    window->woken = 0;
    window->shares = 0;
    window->answer = 0;
    window->disorder = disorder_seed();
}

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
    /* The record before the memory: taking it back is easy (process_abort). */
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
