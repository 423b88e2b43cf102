#include "libos/unix/keeper/calls/system.h"

#include "lib/string.h"

#define SECOND 1000000000ull

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

int64_t serve_sysinfo(struct serve *s)
{
    struct sysinfo info = {0};
    info.uptime = (int64_t)(machine_now() / SECOND);
    info.totalram = machine_pages();
    info.freeram = machine_pages_free();
    info.procs = (uint16_t)process_count();
    info.mem_unit = KEEPER_PAGE;
    memcpy(s->at[0], &info, sizeof(info));
    return 0;
}

int64_t serve_umask(struct serve *s)
{
    uint32_t before = s->process->umask;
    s->process->umask = (uint32_t)s->a[0] & 0777;
    return before;
}

/* Others that are ready have run before the machine comes back to this one. */
int64_t serve_sched_yield(struct serve *s)
{
    (void)s;
    return 0;
}

int64_t serve_say(struct serve *s)
{
    char line[256];
    uint64_t count = s->a[1] < sizeof(line) ? s->a[1] : sizeof(line);
    memcpy(line, s->at[0], count);
    machine_say(line, count);
    return 0;
}
