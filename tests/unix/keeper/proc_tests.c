/* /proc. */
#include "machine.h"

#include <stdio.h>

static const char *text_of(unsigned slot, const char *path)
{
    static char text[8192];
    int64_t fd = opened(slot, path, O_RDONLY, 0);
    int64_t n = fd < 0 ? fd : was_read(slot, fd, text, sizeof(text) - 1);
    if (fd >= 0) {
        closed(slot, fd);
    }
    text[n < 0 ? 0 : n] = '\0';
    return text;
}

static bool says(unsigned slot, const char *path, const char *part)
{
    bool found = strstr(text_of(slot, path), part) != NULL;
    if (!found) {
        fprintf(stderr, "%s: %s\n", path, text_of(slot, path));
    }
    return found;
}

static bool leads(unsigned slot, const char *path, const char *to)
{
    int64_t n =
        ask(slot, SYS_readlinkat, AT_CWD, put(slot, 0, path), 8192, 4096, 0);
    bool same =
        n == (int64_t)strlen(to) && !memcmp(data(slot) + 8192, to, (uint64_t)n);
    if (!same) {
        fprintf(stderr, "%s: %lld %.*s\n", path, (long long)n,
                (int)(n > 0 ? n : 0), (char *)data(slot) + 8192);
    }
    return same;
}

static void test_system(void)
{
    unsigned one = machine_start();
    TRUE(says(one, "/proc/meminfo", "MemTotal:       65536 kB\n"));
    TRUE(says(one, "/proc/meminfo", "SwapFree:"));
    TRUE(says(one, "/proc/cpuinfo", "processor\t: 0\n"));
    TRUE(says(one, "/proc/mounts", "xo5 / tmpfs rw"));
    TRUE(says(one, "/proc/uptime", "1.00 0.00\n"));
    TRUE(says(one, "/proc/loadavg", "0.00 0.00 0.00 1/1 1\n"));
    TRUE(says(one, "/proc/version", "Linux version 6.1.0"));
    TRUE(says(one, "/proc/stat", "btime 1699999999\n"));
    TRUE(says(one, "/proc/filesystems", "nodev\ttmpfs\n"));
    TRUE(says(one, "/proc/sys/kernel/ostype", "Linux\n"));
    TRUE(says(one, "/proc/sys/kernel/osrelease", "6.1.0\n"));
    TRUE(says(one, "/proc/sys/kernel/pid_max", "32768\n"));
    IS(strlen(text_of(one, "/proc/sys/kernel/random/uuid")), 37);
    IS(opened(one, "/proc/uptime", O_RDWR, 0), -EACCES);
    IS(opened(one, "/proc/new", O_RDWR | O_CREAT, 0), -EACCES);
    IS(opened(one, "/proc/self/maps", O_RDONLY, 0), -ENOENT);
    IS(opened(one, "/proc/999/stat", O_RDONLY, 0), -ENOENT);
    IS(named(one, SYS_unlinkat, "/proc/uptime", 0), -EPERM);
    IS(named(one, SYS_mkdirat, "/proc/x", 0), -EACCES);
    TRUE(opened(one, "/proc/../etc/long", O_RDONLY, 0) > 0);
    TRUE(opened(one, "/proc/sys/kernel/../../self/../1/stat", O_RDONLY, 0) > 0);
    machine_stop();
}

static void test_process(void)
{
    unsigned one = machine_start();
    memcpy(data(one) + 100, "sh\0-c\0x y", 10);
    IS(ask(one, KEEPER_EXEC, put(one, 0, "/etc/../etc/link"), 100, 10, 0, 0),
       0);
    TRUE(leads(one, "/proc/self/exe", "/etc/greeting"));
    TRUE(says(one, "/proc/self/exe", "hello from the image"));
    TRUE(!memcmp(text_of(one, "/proc/self/cmdline"), "sh\0-c\0x y", 10));
    TRUE(says(one, "/proc/self/comm", "greeting\n"));
    TRUE(says(one, "/proc/self/stat", "1 (greeting) R 0 1 1 1281 1 0 "));
    TRUE(says(one, "/proc/1/status", "Pid:\t1\nPPid:\t0\n"));
    TRUE(leads(one, "/proc/self", "1"));
    TRUE(leads(one, "/proc/self/cwd", "/"));
    IS(ask(one, SYS_chdir, put(one, 0, "/proc/self/fd"), 0, 0, 0, 0), 0);
    IS(ask(one, SYS_getcwd, 0, 100, 0, 0, 0), 11);
    TRUE(!strcmp((char *)data(one), "/proc/1/fd"));
    TRUE(leads(one, "0", "/dev/console"));
    unsigned two = forked(one);
    TRUE(leads(two, "/proc/self", "2"));
    TRUE(leads(two, "/proc/self/exe", "/etc/greeting"));
    IS(ask(one, KEEPER_EXEC, put(one, 0, "no-such-name"), NONE, 0, 0, 0), 0);
    TRUE(leads(one, "/proc/self/exe", "no-such-name"));
    TRUE(leads(one, "/proc/2/exe", "/etc/greeting"));
    ends(two, 0);
    TRUE(says(one, "/proc/2/status", "State:\tZ (zombie)\n"));
    IS(ask(one, SYS_readlinkat, AT_CWD, put(one, 0, "/proc/2/cwd"), 100, 50, 0),
       -ENOENT);
    machine_stop();
}

static void test_fds(void)
{
    unsigned one = machine_start();
    char path[64];
    int64_t fd = opened(one, "/tmp/file", O_CREAT | O_RDWR, 0600);
    IS(written(one, fd, "through fd"), 10);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", (int)fd);
    TRUE(leads(one, path, "/tmp/file"));
    TRUE(says(one, path, "through fd")); /* opened anew */
    IS(named(one, SYS_unlinkat, "/tmp/file", 0), 0);
    TRUE(says(one, path, "through fd"));
    IS(opened(one, "/proc/self/fd/77", O_RDONLY, 0), -ENOENT);
    IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), 0);
    int32_t end[2];
    memcpy(end, data(one), 8);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", end[0]);
    IS(ask(one, SYS_readlinkat, AT_CWD, put(one, 0, path), 100, 6, 0), 6);
    TRUE(!memcmp(data(one) + 100, "pipe:[", 6));
    int64_t again = opened(one, path, O_RDONLY, 0);
    IS(written(one, end[1], "x"), 1);
    TRUE(reads(one, again, "x"));
    IS(closed(one, end[1]), 0);
    IS(opened(one, path, O_RDONLY, 0), end[1]); /* without a writer */
    TRUE(reads(one, again, ""));
    TRUE(opened(one, "/dev/stdin", O_RDONLY, 0) > 0);
    machine_stop();
}

static int listed(unsigned slot, const char *path, uint64_t room)
{
    int64_t fd = opened(slot, path, O_RDONLY | O_DIRECTORY, 0), n;
    int count = 0;
    TRUE(fd > 0);
    while ((n = ask(slot, SYS_getdents64, (uint64_t)fd, 0, room, 0, 0)) > 0) {
        for (int64_t at = 0; at < n; count++) {
            at += ((struct dirent64 *)(data(slot) + at))->d_reclen;
        }
    }
    IS(n, 0);
    closed(slot, fd);
    return count;
}

static void test_lists(void)
{
    unsigned one = machine_start();
    for (int i = 0; i < 9; i++) {
        forked(one);
    }
    int names = listed(one, "/proc", 4096);
    IS(names, 2 + 11 + 10);
    IS(listed(one, "/proc", 64), names);
    IS(listed(one, "/proc/self/fd", 4096), 2 + 3 + 1);
    IS(listed(one, "/proc/self", 40), 2 + 11);
    IS(listed(one, "/proc/sys/kernel", 4096), 2 + 6);
    int64_t fd = opened(one, "/proc/5", O_RDONLY, 0);
    keeper_died(5, SIGKILL);
    ask(one, SYS_wait4, 5, 0, 0, NONE, 0);
    IS(ask(one, SYS_getdents64, (uint64_t)fd, 0, 4096, 0, 0), -ENOENT);
    IS(ask(one, SYS_openat, (uint64_t)fd, put(one, 0, "stat"), 0, 0, 0),
       -ENOTDIR);
    IS(ask(one, SYS_fstat, (uint64_t)fd, 0, 0, 0, 0), -ENOENT);
    machine_stop();
}

const struct test proc_tests[] = {
    {"proc_system", test_system},
    {"proc_process", test_process},
    {"proc_fds", test_fds},
    {"proc_lists", test_lists},
    {0},
};
