/* Requests that tests make often, in short. */
#include "machine.h"

#include <stdio.h>

unsigned forked(unsigned slot)
{
    bool before[KEEPER_SLOTS];
    for (unsigned i = 0; i < KEEPER_SLOTS; i++) {
        before[i] = machine_window(i) != NULL;
    }
    int64_t pid = ask(slot, KEEPER_FORK, 0, 0, 0, 0, 0);
    TRUE(pid > 0);
    for (unsigned i = 1; i < KEEPER_SLOTS; i++) {
        if (machine_window(i) && !before[i]) {
            IS(machine_window(i)->pid, pid);
            IS(machine_window(i)->parent, machine_window(slot)->pid);
            IS(machine_window(i)->answer, 0);
            TRUE(machine_ready(i));
            return i;
        }
    }
    failed(__FILE__, __LINE__, "a forked process", 0, 1);
    return 0;
}

uint32_t pid_of(unsigned slot)
{
    return (uint32_t)machine_window(slot)->pid;
}

void ends(unsigned slot, int status)
{
    IS(ask(slot, KEEPER_EXIT, (uint64_t)status, 0, 0, 0, 0), GONE);
}

int64_t opened(unsigned slot, const char *path, int flags, int mode)
{
    return ask(slot, SYS_openat, AT_CWD, put(slot, 0, path), (uint64_t)flags,
               (uint64_t)mode, 0);
}

int64_t closed(unsigned slot, int64_t fd)
{
    return ask(slot, SYS_close, (uint64_t)fd, 0, 0, 0, 0);
}

int64_t written(unsigned slot, int64_t fd, const char *text)
{
    return ask(slot, SYS_write, (uint64_t)fd, put(slot, 0, text), strlen(text),
               0, 0);
}

int64_t was_read(unsigned slot, int64_t fd, char *to, uint64_t count)
{
    int64_t n = ask(slot, SYS_read, (uint64_t)fd, 0, count, 0, 0);
    if (n >= 0) {
        memcpy(to, data(slot), (uint64_t)n);
    }
    return n;
}

bool reads(unsigned slot, int64_t fd, const char *text)
{
    char found[4096];
    int64_t n = was_read(slot, fd, found, sizeof(found));
    bool same = n == (int64_t)strlen(text) && !memcmp(found, text, (uint64_t)n);
    if (!same) {
        fprintf(stderr, "read %lld: %.*s\n", (long long)n, (int)(n > 0 ? n : 0),
                found);
    }
    return same;
}

int64_t named(unsigned slot, uint64_t number, const char *path, uint64_t c)
{
    return ask(slot, number, AT_CWD, put(slot, 0, path), c, 0, 0);
}

int64_t two_named(unsigned slot, uint64_t number, const char *from,
                  const char *to, uint64_t flags)
{
    return ask(slot, number, AT_CWD, put(slot, 0, from), AT_CWD,
               put(slot, 8192, to), flags);
}

struct stat status(unsigned slot, const char *path)
{
    struct stat stat;
    IS(ask(slot, SYS_newfstatat, AT_CWD, put(slot, 0, path), 8192,
           AT_SYMLINK_NOFOLLOW, 0),
       0);
    memcpy(&stat, data(slot) + 8192, sizeof(stat));
    return stat;
}

unsigned machine_start_pair(int32_t *end, uint64_t call, uint64_t a, uint64_t b)
{
    unsigned one = machine_start();
    IS(ask(one, call, a, b, 0, 0, 0), 0);
    memcpy(end, data(one), 8);
    return one;
}
