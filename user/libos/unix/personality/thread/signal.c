/*
 * What is done with signals here: handlers, masks, defaults. Which are pending
 * the keeper knows (window->pending), but for those that one thread sends
 * another here. They are delivered when a call returns, one after the other
 * until none is left or a handler is to run; several handlers stack up, the
 * last one first.
 *
 * The keeper must know of masks, to wake who waits and to drop what is ignored:
 * so each change is published in the window. It counts a signal as blocked only
 * if every thread blocks it, and as ignored only if no thread blocks it, since
 * what is blocked must stay pending.
 *
 * A call that was interrupted is made again by putting the program back before
 * its instruction: then a handler's frame, if there is one, already says so.
 */
#include "libos/unix/personality/thread/signal.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/thread/process.h"
#include "libos/unix/personality/thread/sigframe.h"
#include "libos/unix/personality/thread/thread.h"

#define SYSCALL_LENGTH 2 /* bytes of the instruction: AMD64 vol. 3, SYSCALL */

enum kind { KIND_END, KIND_IGNORE, KIND_STOP };

static struct action actions[SIGNALS + 1];
static uint64_t ignored;              /* by their actions, blocked or not */
static uint64_t changed = UINT64_MAX; /* since the last signal_reset */

static enum kind default_of(int signal)
{
    switch (signal) {
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
    case SIGCONT:
        return KIND_IGNORE;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return KIND_STOP;
    default:
        return KIND_END;
    }
}

/* Does nothing happen when that signal comes? */
static bool is_ignored(int signal)
{
    uint64_t handler = actions[signal].handler;
    return handler == SIG_IGN ||
           (handler == SIG_DFL && default_of(signal) == KIND_IGNORE);
}

void signal_reset(void)
{
    for (uint64_t bits = changed; bits; bits &= bits - 1) {
        int i = __builtin_ctzll(bits) + 1;
        uint64_t handler = actions[i].handler == SIG_IGN ? SIG_IGN : SIG_DFL;
        actions[i] = (struct action){handler, 0, 0, 0};
        ignored &= ~SIGNAL_BIT(i);
        ignored |= is_ignored(i) ? SIGNAL_BIT(i) : 0;
    }
    changed = 0;
    signal_publish();
}

void signal_publish(void)
{
    uint64_t blocked = UINT64_MAX, kept = 0;
    const struct thread *t;
    for (unsigned i = 0; i < thread_places(); i++) {
        if ((t = thread_at(i)) != 0) {
            blocked &= t->blocked & ~t->takes;
            kept |= t->blocked | t->takes;
        }
    }
    /* One that is blocked stays pending, even if it will be ignored. */
    host_window()->ignored = ignored & ~kept;
    host_window()->blocked = blocked;
    const struct action *child = &actions[SIGCHLD];
    bool unheard = child->handler == SIG_IGN || (child->flags & SA_NOCLDWAIT);
    host_window()->child = (unheard ? CHILD_NO_WAIT : 0) |
                           (child->flags & SA_NOCLDSTOP ? CHILD_NO_STOP : 0);
}

const struct action *signal_action(int signal)
{
    return &actions[signal];
}

void signal_set(int signal, const struct action *action)
{
    struct siginfo unused;
    changed |= SIGNAL_BIT(signal);
    actions[signal] = *action;
    actions[signal].mask = SIGNAL_ACTS_ON(action->mask);
    ignored &= ~SIGNAL_BIT(signal);
    ignored |= is_ignored(signal) ? SIGNAL_BIT(signal) : 0;
    signal_publish();
    if (is_ignored(signal) && (signal_pending() & SIGNAL_BIT(signal))) {
        signal_take(signal, &unused);
    }
}

void signal_mask(uint64_t mask)
{
    thread_current()->blocked = SIGNAL_ACTS_ON(mask);
    signal_publish();
}

void signal_mask_meanwhile(uint64_t mask)
{
    struct thread *t = thread_current();
    t->mask_before = t->blocked;
    t->restores = true;
    signal_mask(mask);
}

uint64_t signal_pending(void)
{
    return host_window()->pending | thread_current()->pending;
}

bool signal_take(int signal, struct siginfo *information)
{
    struct thread *t = thread_current();
    memset(information, 0, sizeof(*information));
    information->si_signo = signal;
    if (t->pending & SIGNAL_BIT(signal)) {
        t->pending &= ~SIGNAL_BIT(signal);
        information->si_code = SI_TKILL;
        information->si_pid = (int32_t)host_window()->pid;
        return true;
    }
    int64_t sender = request1(KEEPER_TAKEN, signal);
    if (sender < 0) {
        return false;
    }
    uint8_t code = (uint8_t)(sender >> 32);
    information->si_pid = (int32_t)sender;
    information->si_code = code > SI_KERNEL ? (int8_t)code : code;
    information->si_status = (int32_t)(sender >> 40 & 0xffff);
    return true;
}

/* Faults first, as their handlers shall see the program as it was. */
static int choose(void)
{
    uint64_t set = signal_pending() & ~thread_current()->blocked;
    uint64_t faults = SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) |
                      SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) |
                      SIGNAL_BIT(SIGSEGV);
    if (set & faults) {
        set &= faults;
    }
    return set ? __builtin_ctzll(set) + 1 : 0;
}

/* Makes the call again: the program is put back before its instruction. */
static void restart_call(struct registers *program)
{
    program->rip -= SYSCALL_LENGTH;
    program->rax = thread_current()->number;
}

/* Continues in the handler, with a frame on the program's stack. Where there
 * is no room for one, that is a fault of its own, which may have a handler with
 * a stack that is good. */
static void enter(struct registers *program, int signal,
                  const struct siginfo *information)
{
    struct thread *t = thread_current();
    struct action *action = &actions[signal];
    uint64_t before = t->restores ? t->mask_before : t->blocked;
    t->resumed = false;
    if (sigframe_push(program, action, before, information) != 0) {
        if (signal == SIGSEGV) {
            host_exit(SIGSEGV);
        }
        signal_force(program, SIGSEGV, SI_KERNEL, 0);
        return;
    }
    t->restores = false;
    uint64_t mask = t->blocked | action->mask;
    if (!(action->flags & SA_NODEFER)) {
        mask |= SIGNAL_BIT(signal);
    }
    if (action->flags & SA_RESETHAND) {
        action->handler = SIG_DFL;
        ignored |= is_ignored(signal) ? SIGNAL_BIT(signal) : 0;
    }
    signal_mask(mask);
}

void signal_deliver(struct registers *program, bool interrupted,
                    enum restart restart)
{
    struct thread *t = thread_current();
    struct siginfo information;
    int signal;
    while ((signal = choose()) != 0) {
        if (!signal_take(signal, &information)) {
            continue;
        }
        const struct action *action = &actions[signal];
        if (action->handler != SIG_DFL && action->handler != SIG_IGN) {
            if (interrupted && restart == RESTART_ASKED &&
                (action->flags & SA_RESTART)) {
                restart_call(program);
            }
            interrupted = false;
            enter(program, signal, &information);
        } else if (action->handler == SIG_DFL &&
                   default_of(signal) == KIND_STOP) {
            request1(KEEPER_STOP, signal);
        } else if (action->handler == SIG_DFL &&
                   default_of(signal) == KIND_END) {
            process_end(signal);
        }
    }
    if (interrupted && restart != RESTART_NEVER) {
        restart_call(program);
        t->resumed = true;
    }
    if (t->restores) {
        t->restores = false;
        signal_mask(t->mask_before);
    }
}

void signal_force(struct registers *program, int signal, int code,
                  uint64_t address)
{
    const struct action *action = &actions[signal];
    struct siginfo information = {.si_signo = signal, .si_code = code};
    information.si_addr = address;
    if (action->handler == SIG_DFL || action->handler == SIG_IGN ||
        (thread_current()->blocked & SIGNAL_BIT(signal))) {
        process_end(signal);
    }
    enter(program, signal, &information);
}
