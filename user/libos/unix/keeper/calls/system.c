/* Small requests that are nobody else's. */
#include "libos/unix/keeper/calls/system.h"

#include "lib/string.h"

#define SECOND 1000000000ull

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

/* Its turn is over. Who is next is the machine's to say: over xo5, who has had
 * least of its share, and that may be this one again. */
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
