/*
 * The calls that deal with signals, each a check of arguments and a step of
 * signal.c's. Waiting for a signal is waiting for time without an end, which a
 * signal interrupts: so pause, sigsuspend and sigtimedwait need no list of
 * their own. Real time signals are not queued.
 */
#include "libos/unix/personality/thread/sigcalls.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/registers.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/thread/altstack.h"
#include "libos/unix/personality/thread/clock.h"
#include "libos/unix/personality/thread/sigframe.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

#define SET_SIZE 8

int64_t call_rt_sigaction(const uint64_t *a)
{
    int signal = (int)a[0];
    struct action new, old;
    if (a[3] != SET_SIZE || signal < 1 || signal > SIGNALS) {
        return -EINVAL;
    }
    if (a[1] && (SIGNAL_BIT(signal) & SIGNAL_UNBLOCKABLE)) {
        return -EINVAL;
    }
    if (a[1] && uaccess_read(&new, a[1], sizeof(new))) {
        return -EFAULT;
    }
    old = *signal_action(signal);
    if (a[1]) {
        signal_set(signal, &new);
    }
    return a[2] ? uaccess_write(a[2], &old, sizeof(old)) : 0;
}

int64_t call_rt_sigprocmask(const uint64_t *a)
{
    uint64_t set, old = thread_current()->blocked;
    if (a[3] != SET_SIZE) {
        return -EINVAL;
    }
    if (a[1]) {
        if (uaccess_read(&set, a[1], sizeof(set))) {
            return -EFAULT;
        }
        switch ((int)a[0]) {
        case SIG_BLOCK:
            signal_mask(old | set);
            break;
        case SIG_UNBLOCK:
            signal_mask(old & ~set);
            break;
        case SIG_SETMASK:
            signal_mask(set);
            break;
        default:
            return -EINVAL;
        }
    }
    return a[2] ? uaccess_write(a[2], &old, sizeof(old)) : 0;
}

int64_t call_rt_sigpending(const uint64_t *a)
{
    uint64_t set = signal_pending() & thread_current()->blocked;
    return a[1] > SET_SIZE ? -EINVAL : uaccess_write(a[0], &set, a[1]);
}

int64_t call_rt_sigsuspend(const uint64_t *a)
{
    uint64_t mask;
    if (a[1] != SET_SIZE) {
        return -EINVAL;
    }
    if (uaccess_read(&mask, a[0], sizeof(mask))) {
        return -EFAULT;
    }
    signal_mask_meanwhile(mask);
    return thread_wait(WAIT_TIME, NEVER, 0);
}

int64_t call_pause(const uint64_t *a)
{
    (void)a;
    return thread_wait(WAIT_TIME, NEVER, 0);
}

/* While the thread waits, the signals of the set are as if not blocked; one of
 * them makes it look again. */
int64_t call_rt_sigtimedwait(const uint64_t *a)
{
    uint64_t set;
    struct siginfo information;
    struct thread *t = thread_current();
    int64_t error, time = clock_timeout(a[2], &error);
    if (a[3] != SET_SIZE || error) {
        return error ? error : -EINVAL;
    }
    if (uaccess_read(&set, a[0], sizeof(set))) {
        return -EFAULT;
    }
    set = SIGNAL_ACTS_ON(set);
    uint64_t found = signal_pending() & set;
    if (found) {
        int signal = __builtin_ctzll(found) + 1;
        signal_take(signal, &information);
        return a[1] && uaccess_write(a[1], &information, sizeof(information))
                   ? -EFAULT
                   : signal;
    }
    uint64_t deadline = thread_deadline(time);
    if (deadline <= host_now()) {
        return -EAGAIN;
    }
    t->takes = set;
    return thread_wait(WAIT_TIME, deadline, -EAGAIN);
}

int64_t call_rt_sigreturn(const uint64_t *a)
{
    (void)a;
    if (sigframe_pop(program_registers())) {
        signal_force(program_registers(), SIGSEGV, SI_KERNEL, 0);
    }
    return CALL_KEEPS;
}

int64_t call_sigaltstack(const uint64_t *a)
{
    struct thread *t = thread_current();
    uint64_t rsp = program_registers()->rsp;
    struct altstack new, old = t->alternate;
    old.flags = altstack_state(&old, rsp) | (old.flags & SS_AUTODISARM);
    if (a[0]) {
        if (uaccess_read(&new, a[0], sizeof(new))) {
            return -EFAULT;
        }
        int64_t error = altstack_set(&t->alternate, &new, rsp);
        if (error) {
            return error;
        }
    }
    return a[1] ? uaccess_write(a[1], &old, sizeof(old)) : 0;
}

/* Sends a signal to that thread of this process. -ESRCH: it is none. */
static int64_t send(int32_t tid, int signal)
{
    struct thread *t;
    for (unsigned i = 0; i < thread_places(); i++) {
        if (!(t = thread_at(i)) || t->tid != tid) {
            continue;
        }
        if (signal > 0 && (SIGNAL_BIT(signal) & SIGNAL_UNBLOCKABLE)) {
            return request2(SYS_kill, host_window()->pid, signal);
        }
        t->pending |= signal ? SIGNAL_BIT(signal) : 0;
        return 0;
    }
    return -ESRCH;
}

int64_t call_tgkill(const uint64_t *a)
{
    int32_t process = (int32_t)a[0], thread = (int32_t)a[1];
    int signal = (int)a[2];
    if (process <= 0 || thread <= 0 || signal < 0 || signal > SIGNALS) {
        return -EINVAL;
    }
    if ((uint64_t)process == host_window()->pid) {
        return send(thread, signal);
    }
    return request3(SYS_tgkill, process, thread, signal);
}

int64_t call_tkill(const uint64_t *a)
{
    int32_t thread = (int32_t)a[0];
    int signal = (int)a[1];
    if (thread <= 0 || signal < 0 || signal > SIGNALS) {
        return -EINVAL;
    }
    int64_t error = send(thread, signal);
    return error == -ESRCH ? request3(SYS_tgkill, thread, thread, signal)
                           : error;
}
