/*
 * What is due at a time: a process's interval timer (alarm, setitimer), the
 * deadline of a request that waits, and the end of a last turn, which has the
 * alarm's place since who is dying gets no signals any more. The machine asks
 * for the earliest (wait_queue_deadline) and comes back then; nothing here
 * interrupts a process that computes.
 */
#include "libos/unix/keeper/process/timer.h"

#include "lib/string.h"
#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define SECOND 1000000000ull

void timer_expire(uint64_t now)
{
    for (unsigned i = 0; i < process_top(); i++) {
        struct process *process = process_at(i);
        if (!process || process->state == STATE_ENDED) {
            continue;
        }
        if (process->alarm <= now && process->dying) {
            process_end(process, SIGKILL);
        } else if (process->alarm <= now) {
            uint64_t each = process->alarm_interval;
            process->alarm = each ? now + each : NEVER;
            signal_send(process, SIGALRM, SI_KERNEL, 0, 0);
        } else if (process->deadline <= now) {
            wait_queue_wake_process(process);
        }
    }
}

static struct timeval time_of(uint64_t ns)
{
    return (struct timeval){(int64_t)(ns / SECOND),
                            (int64_t)(ns % SECOND / 1000)};
}

/* In ns, at most 2^62; false if it is no time. */
static bool time_read(struct timeval from, uint64_t *ns)
{
    if (from.tv_sec < 0 || from.tv_usec < 0 || from.tv_usec >= 1000000) {
        return false;
    }
    uint64_t seconds = (uint64_t)from.tv_sec, limit = (1ull << 62) / SECOND;
    seconds = seconds < limit ? seconds : limit;
    *ns = seconds * SECOND + (uint64_t)from.tv_usec * 1000;
    return true;
}

static void timer_tell(const struct process *process, void *to)
{
    struct itimerval timer = {0};
    uint64_t now = machine_now();
    if (process->alarm != NEVER) {
        uint64_t left = process->alarm > now ? process->alarm - now : 0;
        timer.it_value = time_of(left < 1000 ? 1000 : left);
        timer.it_interval = time_of(process->alarm_interval);
    }
    memcpy(to, &timer, sizeof(timer));
}

int64_t serve_setitimer(struct serve *s)
{
    struct process *process = s->process;
    struct itimerval timer;
    uint64_t value, interval;
    memset(&timer, 0, sizeof(timer)); /* no pointer: Linux stops the timer */
    if (s->at[1]) {
        memcpy(&timer, s->at[1], sizeof(timer));
    }
    if (s->a[0] != ITIMER_REAL || !time_read(timer.it_value, &value) ||
        !time_read(timer.it_interval, &interval)) {
        return -EINVAL;
    }
    if (s->at[2]) {
        timer_tell(process, s->at[2]);
    }
    process->alarm = value ? machine_now() + value : NEVER;
    process->alarm_interval = interval;
    return 0;
}

int64_t serve_getitimer(struct serve *s)
{
    if (s->a[0] != ITIMER_REAL) {
        return -EINVAL;
    }
    timer_tell(s->process, s->at[1]);
    return 0;
}
