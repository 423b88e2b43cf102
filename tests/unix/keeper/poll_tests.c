/* Waiting for several files. */
#include "machine.h"

static int64_t polled(unsigned slot, const struct pollfd *files, uint64_t count,
                      uint64_t time)
{
    memcpy(data(slot), files, count * sizeof(*files));
    return ask(slot, SYS_poll, 0, count, time, 0, 0);
}

static int revents(unsigned slot, int i)
{
    return ((struct pollfd *)data(slot))[i].revents;
}

static void test_poll(void)
{
    unsigned one = machine_start();
    int32_t end[2];
    IS(ask(one, SYS_pipe2, 0, 0, 0, 0, 0), 0);
    memcpy(end, data(one), 8);
    struct pollfd files[4] = {{end[0], POLLIN, 7},
                              {end[1], POLLOUT, 7},
                              {-1, POLLIN, 7},
                              {99, POLLIN, 7}};
    IS(polled(one, files, 4, UINT64_MAX), 2);
    IS(revents(one, 0), 0);
    IS(revents(one, 1), POLLOUT);
    IS(revents(one, 2), 0);
    IS(revents(one, 3), POLLNVAL);
    IS(polled(one, files, 1, 0), 0);
    unsigned two = forked(one);
    IS(polled(two, files, 1, UINT64_MAX), WAITS);
    written(one, end[1], "x");
    IS(answer(two), 1);
    IS(revents(two, 0), POLLIN);
    TRUE(reads(one, end[0], "x"));
    IS(polled(two, files, 1, 1000), WAITS);
    pass(1000);
    IS(answer(two), 0);
    closed(two, end[1]);
    IS(polled(two, files, 1, UINT64_MAX), WAITS);
    closed(one, end[1]);
    IS(answer(two), 1);
    IS(revents(two, 0), POLLHUP);
    files[0] = (struct pollfd){0, POLLIN | POLLOUT, 0};
    IS(polled(two, files, 1, UINT64_MAX), 1);
    IS(revents(two, 0), POLLOUT);
    files[0].events = POLLIN;
    IS(polled(two, files, 1, UINT64_MAX), WAITS);
    machine_type("a");
    IS(answer(two), WAITS);
    machine_type("\r");
    IS(answer(two), 1);
    IS(polled(one, files, 1, UINT64_MAX), 1);
    IS(ask(one, SYS_poll, 0, 1025, 0, 0, 0), -EINVAL);
    IS(ask(one, SYS_poll, 65536, 1, 0, 0, 0), -EFAULT);
    IS(ask(one, SYS_poll, 0, 0, 0, 0, 0), 0);
    machine_stop();
}

static void test_poll_signal(void)
{
    unsigned one = machine_start(), two = forked(one);
    struct pollfd files[1] = {{0, POLLIN, 0}};
    IS(polled(two, files, 1, UINT64_MAX), WAITS);
    ask(one, SYS_kill, pid_of(two), SIGTERM, 0, 0, 0);
    IS(answer(two), -EINTR);
    machine_stop();
}

const struct test poll_tests[] = {
    TEST(poll),
    TEST(poll_signal),
    {0},
};
