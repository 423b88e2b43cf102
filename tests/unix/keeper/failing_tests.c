/* No memory: each time that the keeper looks for pages, in a day of requests of
 * all kinds, there are none just then. The request answers that there is no
 * room, or does without; nothing else breaks; and in the end all pages are
 * back. */
#include "machine.h"

#include <stdio.h>

#include "lib/disorder.h"

static const char *what;
static bool failed_yet;

/* An answer as Linux gives it, or none; and when the pages were missing in
 * this very request, one that says so, or none at all that is an error. */
static int64_t fine(int64_t found)
{
    bool now = machine_failed() && !failed_yet;
    bool room = found == -ENOMEM || found == -ENOSPC || found == -EAGAIN ||
                found == -ENFILE || found == -EMFILE || found == -ENOLCK;
    failed_yet = machine_failed();
    if (found != WAITS && found != GONE && found < (now ? 0 : -200) && !room) {
        failed(what, (int)machine_fails_at(), "the answer", found, -ENOMEM);
    }
    return found;
}

#define DO(request) (what = #request, fine(request))

static void files(unsigned one)
{
    DO(named(one, SYS_mkdirat, "/tmp/d", 0700));
    int64_t fd = DO(opened(one, "/tmp/d/f", O_CREAT | O_RDWR, 0600));
    if (fd < 0) {
        return;
    }
    DO(written(one, fd, "some text"));
    DO(ask(one, SYS_ftruncate, (uint64_t)fd, 5000000, 0, 0, 0));
    DO(ask(one, SYS_pwrite64, (uint64_t)fd, 0, 100, 4900000, 0));
    DO(two_named(one, SYS_linkat, "/tmp/d/f", "/tmp/d/g", 0));
    DO(two_named(one, SYS_renameat2, "/tmp/d/g", "/tmp/a name that is long",
                 0));
    put(one, 0, "f");
    put(one, 100, "/tmp/d/l");
    DO(ask(one, SYS_symlinkat, 0, AT_CWD, 100, 0, 0));
    DO(ask(one, SYS_flock, (uint64_t)fd, LOCK_EX, 0, 0, 0));
    DO(closed(one, fd));
}

static void pipes(unsigned one)
{
    int32_t end[2];
    if (DO(ask(one, SYS_pipe2, 0, 0, 0, 0, 0)) != 0) {
        return;
    }
    memcpy(end, data(one), sizeof(end));
    memset(data(one), 'x', 9000);
    int64_t n = DO(ask(one, SYS_write, (uint64_t)end[1], 0, 9000, 0, 0));
    if (n == WAITS) { /* for a reader, with what got in already */
        keeper_died(one, SIGKILL);
        return;
    }
    DO(ask(one, SYS_read, (uint64_t)end[0], 0, 9000, 0, 0));
    DO(closed(one, end[0]));
    DO(closed(one, end[1]));
}

static void sockets(unsigned one)
{
    int32_t end[2];
    if (DO(ask(one, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0, 0)) != 0) {
        return;
    }
    memcpy(end, data(one), sizeof(end));
    DO(written(one, end[0], "through a socket"));
    DO(ask(one, SYS_read, (uint64_t)end[1], 0, 100, 0, 0));
    DO(closed(one, end[0]));
    DO(closed(one, end[1]));
}

static void processes(unsigned one)
{
    int64_t child = DO(ask(one, KEEPER_FORK, 0, 0, 0, 0, 0));
    unsigned two = 0;
    for (unsigned slot = 2; child > 0 && slot < KEEPER_SLOTS; slot++) {
        two = machine_there(slot) && pid_of(slot) == child ? slot : two;
    }
    if (two) {
        files(two);
        ends(two, 0);
        DO(ask(one, SYS_wait4, (uint64_t)child, 0, 0, NONE, 0));
    }
    int64_t fd = DO(opened(one, "/proc/self/stat", O_RDONLY, 0));
    if (fd >= 0) {
        DO(ask(one, SYS_read, (uint64_t)fd, 0, 1000, 0, 0));
        DO(closed(one, fd));
    }
}

/* The same on a machine of its own: the n-th look fails, or there is room for
 * so many pages. True if it came to the look. */
static bool day(uint64_t n, uint64_t room, uint64_t *least)
{
    static void (*const parts[])(unsigned) = {files, pipes, sockets, processes};
    machine_restart();
    unsigned one = machine_start();
    failed_yet = false;
    machine_fail(n);
    machine_limit = room == UINT64_MAX ? room : machine_taken() + room;
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (machine_there(one)) {
            parts[i](one);
        }
    }
    bool came = machine_failed();
    machine_fail(0);
    uint64_t left = machine_sweep();
    *least = *least ? *least : left;
    if (left != *least) {
        failed(what, (int)n, "pages that are left", (int64_t)left,
               (int64_t)*least);
    }
    return came;
}

static void test_fail_each(void)
{
    uint64_t least = 0, n = 1;
    day(0, UINT64_MAX, &least);
    while (day(n, UINT64_MAX, &least)) {
        n++;
    }
    printf("failing: %lu looks for pages\n", (unsigned long)n - 1);
    TRUE(n > 10);
}

static void test_fail_all(void)
{
    uint64_t least = 0;
    for (uint64_t room = 0; room < 40; room++) {
        day(0, room, &least);
    }
}

/* Readers of one pipe, woken in the order of many seeds: each has its byte, and
 * the order is not always the same. */
static void test_shuffled(void)
{
    enum { READERS = 6, SEEDS = 40 };
    unsigned other = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        unsigned reader[READERS], seen = 0;
        int32_t end[2];
        machine_restart();
        unsigned one = machine_start();
        disorder_begin(seed * 0x9e3779b97f4a7c15);
        IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), 0);
        memcpy(end, data(one), sizeof(end));
        for (unsigned i = 0; i < READERS; i++) {
            reader[i] = forked(one);
            IS(ask(reader[i], SYS_read, (uint64_t)end[0], 0, 1, 0, 0), WAITS);
        }
        IS(written(one, end[1], "abcdef"), READERS);
        for (unsigned i = 0; i < READERS; i++) {
            IS(answer(reader[i]), 1);
            seen |= 1u << (data(reader[i])[0] - 'a');
        }
        IS(seen, (1u << READERS) - 1);
        other += data(reader[0])[0] != 'a';
        machine_stop();
    }
    disorder_begin(0);
    TRUE(other > 0 && other < SEEDS);
}

const struct test failing_tests[] = {
    TEST(fail_each),
    TEST(fail_all),
    TEST(shuffled),
    {0},
};
