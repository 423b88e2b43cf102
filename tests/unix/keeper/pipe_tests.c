/* Pipes and fifos. */
#include "machine.h"

static unsigned started(int32_t *end, int flags)
{
    return machine_start_pair(end, SYS_pipe2, 0, (uint64_t)flags);
}

static void test_pipe(void)
{
    int32_t end[2];
    unsigned one = started(end, O_CLOEXEC);
    IS(written(one, end[1], "abc"), 3);
    IS(written(one, end[1], "def"), 3);
    TRUE(reads(one, end[0], "abcdef"));
    IS(written(one, end[0], "x"), -EBADF);
    IS(ask(one, SYS_lseek, (uint64_t)end[0], 0, 0, 0, 0), -ESPIPE);
    IS(ask(one, SYS_pread64, (uint64_t)end[0], 0, 1, 0, 0), -ESPIPE);
    IS(ask(one, SYS_read, (uint64_t)end[0], 0, 0, 0, 0), 0);
    unsigned two = forked(one);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), WAITS);
    IS(written(one, end[1], "woken"), 5);
    TRUE(machine_ready(two));
    IS(answer(two), 5);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), WAITS);
    IS(closed(one, end[1]), 0);
    IS(answer(two), WAITS); /* it could write itself */
    machine_stop();
}

static void test_pipe_end(void)
{
    int32_t end[2];
    unsigned one = started(end, 0), two = forked(one);
    IS(closed(two, end[1]), 0);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), WAITS);
    IS(written(one, end[1], "last"), 4);
    IS(answer(two), 4);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), WAITS);
    IS(closed(one, end[1]), 0);
    IS(answer(two), 0);
    machine_stop();
}

static void test_pipe_broken(void)
{
    int32_t end[2];
    unsigned one = started(end, 0), two = forked(one);
    closed(one, end[0]);
    memset(data(one), 'x', 65536);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 65536, 0, 0), 65536);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 10, 0, 0), WAITS);
    ends(two, 0);
    IS(answer(one), -EPIPE);
    TRUE(machine_window(one)->pending >> (SIGPIPE - 1) & 1);
    machine_stop();
}

/* A write of more than there is room for: part by part; and one of at most
 * PIPE_BUF: whole. */
static void test_pipe_full(void)
{
    int32_t end[2];
    unsigned one = started(end, 0), two = forked(one);
    memset(data(one), 'a', 65536);
    memset(data(two), 'b', 65536);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 60000, 0, 0), 60000);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 60000, 0, 0), WAITS);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 65536, 0, 0), 65536);
    IS(answer(one), 60000);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 65536, 0, 0), 120000 - 65536);
    IS(data(two)[0], 'a');
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 65000, 0, 0), 65000);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 4096, 0, 0), WAITS);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 3000, 0, 0), 3000);
    IS(answer(one), WAITS); /* room for some of it is not enough */
    IS(ask(two, SYS_ioctl, (uint64_t)end[0], FIONREAD, 0, 0, 0), 0);
    IS(*(int32_t *)data(two), 62000);
    IS(ask(two, SYS_read, (uint64_t)end[0], 0, 1000, 0, 0), 1000);
    IS(answer(one), 4096);
    machine_stop();
}

static void test_pipe_nonblock(void)
{
    int32_t end[2];
    unsigned one = started(end, O_NONBLOCK);
    IS(ask(one, SYS_read, (uint64_t)end[0], 0, 10, 0, 0), -EAGAIN);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 60000, 0, 0), 60000);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 4096, 0, 0), 4096);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 4096, 0, 0), -EAGAIN);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 60000, 0, 0), 1440);
    IS(ask(one, SYS_write, (uint64_t)end[1], 0, 60000, 0, 0), -EAGAIN);
    IS(ask(one, SYS_pipe2, 0, 0x10, 0, 0, 0), -EINVAL);
    machine_stop();
}

/* What is read is what was written, whatever the pieces. */
static void test_pipe_order(void)
{
    int32_t end[2];
    unsigned one = started(end, O_NONBLOCK);
    uint8_t wrote = 0, read = 0;
    uint64_t random = 7;
    for (int i = 0; i < 4000; i++) {
        random = random * 6364136223846793005 + 1442695040888963407;
        uint64_t n = (random >> 33) % 9000;
        bool writes = random >> 60 & 1;
        for (uint64_t j = 0; writes && j < n; j++) {
            data(one)[j] = (uint8_t)(wrote + j);
        }
        int64_t done = ask(one, writes ? SYS_write : SYS_read,
                           (uint64_t)end[writes], 0, n, 0, 0);
        TRUE(done >= 0 || done == -EAGAIN);
        for (int64_t j = 0; !writes && j < done; j++) {
            IS(data(one)[j], read);
            read++;
        }
        wrote = (uint8_t)(wrote + (writes && done > 0 ? done : 0));
    }
    machine_stop();
}

static void test_fifo(void)
{
    unsigned one = machine_start(), two = forked(one);
    IS(named(one, SYS_mknodat, "/tmp/f", S_IFIFO | 0600), 0);
    IS(opened(one, "/tmp/f", O_WRONLY | O_NONBLOCK, 0), -ENXIO);
    IS(opened(one, "/tmp/f", O_RDONLY, 0), WAITS);
    int64_t to = opened(two, "/tmp/f", O_WRONLY, 0);
    IS(to, 3);
    IS(answer(one), 3);
    IS(written(two, to, "through"), 7);
    IS(closed(two, to), 0);
    TRUE(reads(one, 3, "through"));
    TRUE(reads(one, 3, ""));
    IS(closed(one, 3), 0);
    IS(opened(two, "/tmp/f", O_WRONLY, 0), WAITS);
    int64_t both = opened(one, "/tmp/f", O_RDWR, 0);
    IS(answer(two), 3);
    IS(closed(one, both), 0);
    IS(closed(two, 3), 0);
    IS(opened(one, "/tmp/f", O_RDONLY | O_NONBLOCK, 0), 3);
    IS(closed(one, 3), 0);
    IS(opened(two, "/tmp/f", O_RDONLY, 0), WAITS);
    keeper_died(two, SIGSEGV); /* while it waits */
    IS(opened(one, "/tmp/f", O_WRONLY | O_NONBLOCK, 0), -ENXIO);
    unsigned three = forked(one);
    IS(opened(three, "/tmp/f", O_RDONLY, 0), WAITS);
    ask(one, SYS_kill, pid_of(three), SIGUSR1, 0, 0, 0);
    IS(answer(three), -EINTR);
    machine_stop();
}

const struct test pipe_tests[] = {
    TEST(pipe),          TEST(pipe_end),   TEST(pipe_broken), TEST(pipe_full),
    TEST(pipe_nonblock), TEST(pipe_order), TEST(fifo),        {0},
};
