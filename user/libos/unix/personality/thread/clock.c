/*
 * Clocks and sleeping. The keeper's clock and the process's are the same
 * counter, so telling the time needs no request: the window says once what the
 * day's clock said when the counter was 0.
 *
 * A call that sleeps may be made again, after a wake or a handler: when it
 * shall end is fixed by its first try (thread_deadline), or a process that is
 * woken often would sleep for ever.
 */
#include "libos/unix/personality/thread/clock.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/thread/thread.h"

#define SECOND 1000000000ull
#define TICK 10000000ull /* of times(): a hundredth of a second */

static uint64_t started;

int64_t clock_timeout(uint64_t at, int64_t *error)
{
    int64_t time[2];
    *error = 0;
    if (!at) {
        return -1;
    }
    if (uaccess_read(time, at, sizeof(time))) {
        *error = -EFAULT;
        return -1;
    }
    if (time[0] < 0 || time[1] < 0 || time[1] >= (int64_t)SECOND) {
        *error = -EINVAL;
        return -1;
    }
    return time[0] >= INT64_MAX / (int64_t)SECOND - 1
               ? INT64_MAX
               : time[0] * (int64_t)SECOND + time[1];
}

void clock_begin(void)
{
    started = host_now();
}

/* What that clock says now. False: there is no such clock. */
static bool clock_read(uint64_t clock, uint64_t *now)
{
    switch (clock & UINT32_MAX) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        *now = host_now() + host_window()->clock_base;
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *now = host_now();
        return true;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        *now = host_now() - started;
        return true;
    default:
        return false;
    }
}

int64_t call_clock_gettime(const uint64_t *a)
{
    uint64_t now;
    if (!clock_read(a[0], &now)) {
        return -EINVAL;
    }
    uint64_t time[2] = {now / SECOND, now % SECOND};
    return uaccess_write(a[1], time, sizeof(time));
}

int64_t call_clock_getres(const uint64_t *a)
{
    uint64_t now, time[2] = {0, 1};
    if (!clock_read(a[0], &now)) {
        return -EINVAL;
    }
    return a[1] ? uaccess_write(a[1], time, sizeof(time)) : 0;
}

/* Sleeps until the deadline. If a signal comes first, what is left goes to
 * `rest`, unless that is 0. */
static int64_t sleep_until(uint64_t deadline, uint64_t rest)
{
    struct thread *t = thread_current();
    uint64_t now = host_now();
    if (deadline <= now) {
        return 0;
    }
    if (rest) { /* in case of a signal: what is left is what it is now */
        uint64_t left = deadline == NEVER ? INT64_MAX : deadline - now;
        uint64_t time[2] = {left / SECOND, left % SECOND};
        if (uaccess_write(rest, time, sizeof(time))) {
            return -EFAULT;
        }
    }
    t->key = rest;
    return thread_wait(WAIT_TIME, deadline, 0);
}

int64_t call_nanosleep(const uint64_t *a)
{
    int64_t error, time = clock_timeout(a[0], &error);
    if (!a[0] || error) {
        return a[0] ? error : -EFAULT;
    }
    return sleep_until(thread_deadline(time), a[1]);
}

int64_t call_clock_nanosleep(const uint64_t *a)
{
    uint64_t now;
    int64_t error, time = clock_timeout(a[2], &error);
    if (!a[2] || error) {
        return a[2] ? error : -EFAULT;
    }
    if (!clock_read(a[0], &now)) {
        return -EINVAL;
    }
    if (!(a[1] & TIMER_ABSTIME)) {
        return sleep_until(thread_deadline(time), a[3]);
    }
    time = (uint64_t)time > now ? time - (int64_t)now : 0;
    return sleep_until(thread_deadline(time), 0);
}

int64_t call_gettimeofday(const uint64_t *a)
{
    uint64_t now, zone = 0;
    clock_read(CLOCK_REALTIME, &now);
    uint64_t time[2] = {now / SECOND, now % SECOND / 1000};
    if (a[0] && uaccess_write(a[0], time, sizeof(time))) {
        return -EFAULT;
    }
    return a[1] ? uaccess_write(a[1], &zone, sizeof(zone)) : 0;
}

int64_t call_time(const uint64_t *a)
{
    uint64_t now;
    clock_read(CLOCK_REALTIME, &now);
    now /= SECOND;
    return a[0] && uaccess_write(a[0], &now, sizeof(now)) ? -EFAULT
                                                          : (int64_t)now;
}

int64_t call_times(const uint64_t *a)
{
    uint64_t now = host_now();
    uint64_t times[4] = {(now - started) / TICK, 0, 0, 0};
    if (a[0] && uaccess_write(a[0], times, sizeof(times))) {
        return -EFAULT;
    }
    return (int64_t)(now / TICK);
}

/* By the keeper's interval timer; answers what was left, rounded up. */
int64_t call_alarm(const uint64_t *a)
{
    struct itimerval *timer = request_data_at(0);
    memset(timer, 0, 2 * sizeof(*timer));
    timer[0].it_value.tv_sec = (int64_t)(a[0] & UINT32_MAX);
    int64_t error =
        request3(SYS_setitimer, ITIMER_REAL, 0, sizeof(struct itimerval));
    return error ? error
                 : timer[1].it_value.tv_sec + (timer[1].it_value.tv_usec > 0);
}
