#include "libos/unix/keeper/record/process.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/cmdline.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/process/futex.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/record/wait_queue.h"
#include "libos/unix/keeper/terminal/tty.h"

static uint32_t pages[PROCESSES];          /* that the records lie in */
static struct process *records[PROCESSES]; /* NULL: none */
static uint16_t slots[KEEPER_SLOTS];       /* index + 1; 0: nobody */
static unsigned top;
static uint32_t last_pid;
static int first_status;

void process_begin(void)
{
    memset(pages, 0, sizeof(pages));
    memset(records, 0, sizeof(records));
    memset(slots, 0, sizeof(slots));
    last_pid = top = 0;
    first_status = -1;
}

unsigned process_top(void)
{
    return top;
}

struct process *process_at(unsigned index)
{
    return records[index];
}

struct process *process_find(uint32_t pid)
{
    for (unsigned i = 0; pid && i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && process->pid == pid) {
            return process;
        }
    }
    return NULL;
}

struct process *process_alive(uint32_t pid)
{
    struct process *process = process_find(pid);
    return process && process->state != STATE_ENDED ? process : NULL;
}

struct process *process_in(unsigned slot)
{
    return slot < KEEPER_SLOTS && slots[slot] ? process_at(slots[slot] - 1u)
                                              : NULL;
}

int process_first_status(void)
{
    return first_status;
}

uint32_t process_count(void)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        count += records[i] != NULL;
    }
    return count;
}

/* Does anybody use that number: as pid, group or session? */
static bool pid_used(uint32_t pid)
{
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        if (process && (process->pid == pid || process->group == pid ||
                        process->session == pid)) {
            return true;
        }
    }
    return false;
}

/* At most 3 * PROCESSES numbers are used, so this ends. */
static uint32_t pid_next(void)
{
    do {
        last_pid = last_pid < PID_MAX ? last_pid + 1 : 2;
    } while (pid_used(last_pid));
    return last_pid;
}

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
    unsigned index = 0;
    while (index < PROCESSES && records[index]) {
        index++;
    }
    uint32_t page = index < PROCESSES ? machine_page_take() : 0;
    if (!page) {
        return NULL;
    }
    uint32_t pid = pid_next();
    struct process *to = machine_page(page);
    pages[index] = page;
    records[index] = to;
    top = index < top ? top : index + 1;
    if (from) {
        process_share(to, from);
        to->parent = from->pid;
    }
    memset(to->senders, 0, sizeof(to->senders));
    to->pid = pid;
    to->index = (uint16_t)index;
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
    process->slot = (uint16_t)slot;
    slots[slot] = (uint16_t)(process->index + 1);
    window->truncations = 0;
    window->pid = process->pid;
    window->parent = process->parent;
    window->clock_base =
        (uint64_t)inode_now() - machine_now(); /* the same all the time */
    window->pending = 0;
    window->woken = 0;
    window->shares = 0;
    window->answer = 0;
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
        process_forget(process);
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
    slots[process->slot] = 0;
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

void process_forget(struct process *process)
{
    unsigned index = process->index;
    records[index] = NULL;
    machine_page_give(pages[index]);
    while (top && !records[top - 1]) {
        top--;
    }
}
