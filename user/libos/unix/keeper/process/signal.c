/*
 * Sending signals. Which are pending is in the record and, for the process to
 * read without asking, in its window; what it blocks and ignores it says there
 * itself, at any time, so each word is read once.
 *
 * Three are done here, as no process may refuse them. SIGKILL ends it at once,
 * but for one last turn if it has said that it shares memory (reply_last_turn).
 * SIGSTOP stops it: it has its answer, and does not run. SIGCONT lets it go on,
 * even if it blocks the signal. Continuing takes stops away and a stop takes
 * SIGCONT away, also pending ones: the later of the two counts.
 *
 * The process whose request is being handled may be the one that ends: callers
 * look again, by pid or slot, never by pointer.
 */
#include "libos/unix/keeper/process/signal.h"

#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/process/reply.h"
#include "libos/unix/keeper/record/serve.h"
#include "libos/unix/keeper/record/wait_queue.h"

/* What a process says of itself; each word is read once. */
static uint64_t blocked_of(const struct process *process)
{
    return *(volatile uint64_t *)&machine_window(process->slot)->blocked;
}

static uint64_t ignored_of(const struct process *process)
{
    return *(volatile uint64_t *)&machine_window(process->slot)->ignored;
}

static void pending_set(struct process *process, uint64_t pending)
{
    process->pending = pending;
    machine_window(process->slot)->pending = pending;
}

bool signal_interrupts(const struct process *process)
{
    uint64_t blocked =
        process->number == KEEPER_PAUSE ? process->a[0] : blocked_of(process);
    return process->pending & ~blocked;
}

bool signal_refused(const struct process *process, unsigned signal)
{
    return (blocked_of(process) | ignored_of(process)) & SIGNAL_BIT(signal);
}

/* Its parent is told that it stopped or goes on. */
static void child_news(struct process *process, int code, unsigned signal)
{
    struct process *parent = process_alive(process->parent);
    if (!parent) {
        return;
    }
    uint64_t child = *(volatile uint64_t *)&machine_window(parent->slot)->child;
    if (!(child & CHILD_NO_STOP)) {
        signal_send(parent, SIGCHLD, code, process->pid, (int)signal);
    }
    wait_queue_wake(WAIT_CHILD, parent->pid);
}

static void process_stop(struct process *process, unsigned signal)
{
    if (!process->stopped) {
        process->stopped = true;
        process->stop_news = true;
        process->continue_news = false;
        process->stop_signal = signal;
        child_news(process, CLD_STOPPED, signal);
    }
}

static void process_continue(struct process *process)
{
    pending_set(process, process->pending & ~SIGNAL_STOPS);
    if (process->stopped) {
        process->stopped = false;
        process->stop_news = false;
        process->continue_news = true;
        child_news(process, CLD_CONTINUED, SIGCONT);
        reply_resume(process);
    }
}

void signal_send(struct process *process, unsigned signal, int code,
                 uint32_t pid, int status)
{
    uint64_t bit = SIGNAL_BIT(signal);
    if (process->state == STATE_ENDED) {
        return;
    }
    if (signal == SIGKILL) {
        /* First: who has its last turn may run from reply_last_turn on. */
        pending_set(process, process->pending | bit);
        if (process->dying || !reply_last_turn(process)) {
            process_end(process, SIGKILL);
        }
        return;
    }
    if (process->dying) {
        return;
    }
    if (signal == SIGCONT) {
        process_continue(process);
    } else if (bit & SIGNAL_STOPS) {
        pending_set(process, process->pending & ~SIGNAL_BIT(SIGCONT));
    }
    if (signal == SIGSTOP) {
        process_stop(process, signal);
        return;
    }
    /* What is blocked stays pending even if it is ignored: it may be waited
     * for, or no longer ignored when it is unblocked. */
    uint64_t blocked = blocked_of(process);
    if (ignored_of(process) & bit & ~blocked) {
        return;
    }
    if (!(process->pending & bit)) { /* of two, the first sender is told */
        process->senders[signal - 1] =
            (struct sender){(uint16_t)pid, (int8_t)code, 0, (uint16_t)status};
    }
    pending_set(process, process->pending | bit);
    if (signal_interrupts(process)) {
        wait_queue_wake_process(process);
    }
}

int64_t signal_pipe(struct process *process, int64_t answer)
{
    if (answer == -EPIPE) {
        signal_send(process, SIGPIPE, SI_KERNEL, process->pid, 0);
    }
    return answer;
}

unsigned signal_group(uint32_t group, unsigned signal, int code, uint32_t pid)
{
    unsigned count = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && process->group == group) {
            count++;
            if (signal) {
                signal_send(process, signal, code, pid, 0);
            }
        }
    }
    return count;
}

bool signal_orphaned(uint32_t group)
{
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        if (!process || process->group != group ||
            process->state == STATE_ENDED) {
            continue;
        }
        const struct process *parent = process_alive(process->parent);
        if (parent && parent->group != group &&
            parent->session == process->session) {
            return false;
        }
    }
    return true;
}

void signal_abandon(uint32_t group)
{
    bool stopped = false;
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        stopped =
            stopped || (process && process->group == group && process->stopped);
    }
    if (stopped && signal_orphaned(group)) {
        signal_group(group, SIGHUP, SI_KERNEL, 0);
        signal_group(group, SIGCONT, SI_KERNEL, 0);
    }
}

/* Everybody but pid 1 and the sender. */
static int64_t kill_all(const struct process *from, unsigned signal)
{
    uint32_t pid = from->pid;
    unsigned count = 0;
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *process = process_at(i);
        if (process && process->pid != 1 && process->pid != pid) {
            count++;
            if (signal) {
                signal_send(process, signal, SI_USER, pid, 0);
            }
        }
    }
    return count ? 0 : -ESRCH;
}

static int64_t kill_one(const struct process *from, int64_t pid,
                        unsigned signal, int code)
{
    struct process *to = pid > 0 ? process_find((uint32_t)pid) : NULL;
    if (!to) {
        return -ESRCH;
    }
    if (signal) {
        signal_send(to, signal, code, from->pid, 0);
    }
    return 0;
}

/* Has the sender not survived what it sent? */
static int64_t kill_answer(uint32_t sender, int64_t answer)
{
    return process_alive(sender) ? answer : SERVE_ENDED;
}

int64_t serve_kill(struct serve *s)
{
    uint32_t sender = s->process->pid;
    int32_t pid = (int32_t)s->a[0];
    uint64_t signal = s->a[1];
    if (signal > SIGNALS) {
        return -EINVAL;
    }
    if (pid > 0) {
        return kill_answer(
            sender, kill_one(s->process, pid, (unsigned)signal, SI_USER));
    }
    if (pid == -1) {
        return kill_answer(sender, kill_all(s->process, (unsigned)signal));
    }
    if (pid == INT32_MIN) {
        return -ESRCH;
    }
    uint32_t group = pid ? (uint32_t)-pid : s->process->group;
    unsigned count = signal_group(group, (unsigned)signal, SI_USER, sender);
    return kill_answer(sender, count ? 0 : -ESRCH);
}

int64_t serve_tgkill(struct serve *s)
{
    uint32_t sender = s->process->pid;
    if (s->a[2] > SIGNALS || (int32_t)s->a[0] <= 0 || (int32_t)s->a[1] <= 0) {
        return -EINVAL;
    }
    return kill_answer(sender, kill_one(s->process, (int32_t)s->a[0],
                                        (unsigned)s->a[2], SI_TKILL));
}

int64_t serve_taken(struct serve *s)
{
    uint64_t signal = s->a[0];
    if (signal < 1 || signal > SIGNALS) {
        return -EINVAL;
    }
    if (!(s->process->pending & SIGNAL_BIT(signal))) {
        return -EAGAIN;
    }
    pending_set(s->process, s->process->pending & ~SIGNAL_BIT(signal));
    struct sender from = s->process->senders[signal - 1];
    return (int64_t)((uint64_t)from.status << 40 |
                     (uint64_t)(uint8_t)from.code << 32 | from.pid);
}

int64_t serve_stop(struct serve *s)
{
    uint64_t signal = s->a[0];
    if (signal < 1 || signal > SIGNALS ||
        !(SIGNAL_BIT(signal) & SIGNAL_STOPS)) {
        return -EINVAL;
    }
    if (signal == SIGSTOP || !signal_orphaned(s->process->group)) {
        process_stop(s->process, (unsigned)signal);
    }
    return 0;
}

int64_t serve_pause(struct serve *s)
{
    struct process *process = s->process;
    uint64_t now = machine_now();
    if (!process->again && s->a[1] < NEVER - now) {
        process->deadline = now + s->a[1];
    }
    if (signal_interrupts(process)) {
        return -EINTR;
    }
    return process->woken || process->deadline <= now
               ? 0
               : serve_wait(s, WAIT_SIGNAL, 0);
}
