/* Pairs of connected sockets. */
#include "machine.h"

static unsigned started(int32_t *end, int flags)
{
    return machine_start_pair(end, SYS_socketpair, AF_UNIX,
                              (uint64_t)(SOCK_STREAM | flags));
}

static int64_t shut(unsigned slot, int32_t end, int how)
{
    return ask(slot, SYS_shutdown, (uint64_t)end, (uint64_t)how, 0, 0, 0);
}

static int64_t sent(unsigned slot, int32_t end, uint64_t count, int flags)
{
    return ask(slot, SYS_sendto, (uint64_t)end, 0, count, (uint64_t)flags, 0);
}

static int64_t received(unsigned slot, int32_t end, int flags)
{
    return ask(slot, SYS_recvfrom, (uint64_t)end, 0, 100, (uint64_t)flags, 0);
}

static void test_pair(void)
{
    int32_t end[2];
    unsigned one = started(end, O_CLOEXEC);
    IS(written(one, end[0], "over"), 4);
    TRUE(reads(one, end[1], "over"));
    IS(written(one, end[1], "back"), 4);
    TRUE(reads(one, end[0], "back"));
    IS(ask(one, SYS_lseek, (uint64_t)end[0], 0, 0, 0, 0), -ESPIPE);
    IS(ask(one, SYS_ftruncate, (uint64_t)end[0], 0, 0, 0, 0), -EINVAL);
    unsigned two = forked(one);
    IS(received(two, end[0], 0), WAITS);
    IS(sent(one, end[1], 5, 0), 5);
    IS(answer(two), 5);
    IS(received(two, end[0], 0), WAITS);
    closed(one, end[1]);
    IS(answer(two), WAITS); /* its own copy could be written to */
    machine_stop();
}

static void test_pair_refused(void)
{
    unsigned one = machine_start();
    IS(ask(one, SYS_socketpair, 2, SOCK_STREAM, 0, 0, 0), -EAFNOSUPPORT);
    IS(ask(one, SYS_socketpair, AF_UNIX, 0x101, 0, 0, 0), -EINVAL);
    IS(ask(one, SYS_socketpair, AF_UNIX, 2, 0, 0, 0), -ESOCKTNOSUPPORT);
    IS(ask(one, SYS_socketpair, AF_UNIX, SOCK_STREAM, 7, 0, 0),
       -EPROTONOSUPPORT);
    IS(shut(one, 0, 0), -ENOTSOCK);
    IS(shut(one, 77, 0), -EBADF);
    IS(sent(one, 0, 1, 0), -ENOTSOCK);
    IS(received(one, 77, 0), -EBADF);
    int32_t end[2];
    IS(ask(one, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0, 0), 0);
    memcpy(end, data(one), 8);
    IS(sent(one, end[0], 1, 1), -EOPNOTSUPP);
    IS(received(one, end[0], 2), -EOPNOTSUPP);
    IS(shut(one, end[0], 3), -EINVAL);
    machine_stop();
}

/* No call waits that shall not: by the file's flag or by the call's. */
static void test_pair_nonblock(void)
{
    int32_t end[2];
    unsigned one = started(end, O_NONBLOCK);
    IS(received(one, end[0], 0), -EAGAIN);
    IS(sent(one, end[0], 65536, 0), 65536);
    IS(sent(one, end[0], 1, 0), -EAGAIN);
    IS(ask(one, SYS_fcntl, (uint64_t)end[1], F_SETFL, 0, 0, 0), 0);
    IS(received(one, end[1], MSG_DONTWAIT), 100);
    machine_stop();
}

static void test_pair_shut(void)
{
    int32_t end[2];
    unsigned one = started(end, 0);
    IS(written(one, end[0], "last"), 4);
    IS(shut(one, end[0], SHUT_WR), 0);
    IS(shut(one, end[0], SHUT_WR), 0);
    TRUE(reads(one, end[1], "last"));
    IS(received(one, end[1], 0), 0);
    IS(written(one, end[1], "answer"), 6);
    IS(shut(one, end[0], SHUT_RD), 0);
    IS(received(one, end[0], 0), 0);
    IS(sent(one, end[1], 1, MSG_NOSIGNAL), -EPIPE);
    IS(sent(one, end[0], 1, MSG_NOSIGNAL), -EPIPE);
    machine_stop();
}

/* Who waits is woken when its peer ends. */
static void test_pair_ends(void)
{
    int32_t end[2];
    unsigned one = started(end, 0), two = forked(one);
    closed(one, end[1]);
    closed(two, end[0]);
    IS(received(one, end[0], 0), WAITS);
    ends(two, 0);
    IS(answer(one), 0);
    machine_stop();
}

/* As many as there can be: what the last one could not have is given back. */
static void test_pair_limits(void)
{
    unsigned one = machine_start();
    int64_t error = 0;
    for (int i = 0; !error && i < 1000; i++) {
        error = ask(one, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0, 0);
    }
    IS(error, -EMFILE);
    unsigned two = one;
    for (int i = 0; error == -EMFILE && i < 20; i++) {
        two = forked(two);
        for (int fd = 3; fd < 1024; fd++) {
            closed(two, fd);
        }
        do {
            error = ask(two, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0, 0);
        } while (!error);
    }
    IS(error, -ENFILE);
    machine_stop();
}

const struct test socket_tests[] = {
    TEST(pair),
    TEST(pair_refused),
    TEST(pair_nonblock),
    TEST(pair_shut),
    TEST(pair_ends),
    TEST(pair_limits),
    {0},
};
