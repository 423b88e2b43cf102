/* Locks. */
#include "machine.h"

static int64_t locked(unsigned slot, int64_t fd, int command, int type,
                      int64_t start, int64_t length)
{
    struct flock lock = {(int16_t)type, SEEK_SET, 0, start, length, 0, 0};
    memcpy(data(slot), &lock, sizeof(lock));
    return ask(slot, SYS_fcntl, (uint64_t)fd, (uint64_t)command, 0, 0, 0);
}

static struct flock found(unsigned slot)
{
    struct flock lock;
    memcpy(&lock, data(slot), sizeof(lock));
    return lock;
}

static void test_fcntl(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/tmp/l", O_CREAT | O_RDWR, 0666);
    unsigned two = forked(one);
    IS(locked(one, fd, F_SETLK, F_WRLCK, 0, 100), 0);
    IS(locked(one, fd, F_SETLK, F_RDLCK, 10, 10), 0); /* its own: changed */
    IS(locked(two, fd, F_SETLK, F_RDLCK, 10, 10), 0);
    IS(locked(two, fd, F_SETLK, F_RDLCK, 9, 2), -EAGAIN);
    IS(locked(two, fd, F_SETLK, F_WRLCK, 15, 1), -EAGAIN);
    IS(locked(two, fd, F_GETLK, F_WRLCK, 30, 1), 0);
    IS(found(two).l_type, F_WRLCK);
    IS(found(two).l_start, 20);
    IS(found(two).l_len, 80);
    IS(found(two).l_pid, 1);
    IS(locked(two, fd, F_GETLK, F_WRLCK, 100, 0), 0);
    IS(found(two).l_type, F_UNLCK);
    IS(locked(two, fd, F_SETLKW, F_WRLCK, 50, 10), WAITS);
    IS(locked(one, fd, F_SETLK, F_UNLCK, 40, 15), 0);
    IS(answer(two), WAITS);
    IS(locked(one, fd, F_SETLK, F_UNLCK, 0, 0), 0);
    IS(answer(two), 0);
    IS(locked(two, fd, F_SETLK, 5, 0, 0), -EINVAL);
    IS(locked(two, fd, F_SETLK, F_WRLCK, -1, 0), -EINVAL);
    IS(locked(two, fd, F_SETLK, F_WRLCK, INT64_MAX, 2), -EOVERFLOW);
    IS(locked(two, fd, F_SETLK, F_WRLCK, INT64_MAX, 1), 0);
    int64_t reader = opened(two, "/tmp/l", O_RDONLY, 0);
    IS(locked(two, reader, F_SETLK, F_WRLCK, 0, 0), -EBADF);
    IS(locked(one, fd, F_SETLK, F_WRLCK, 50, 1), -EAGAIN);
    closed(two, reader); /* any descriptor of it: POSIX */
    IS(locked(one, fd, F_SETLK, F_WRLCK, 50, 1), 0);
    IS(locked(two, fd, F_SETLKW, F_WRLCK, 50, 1), WAITS);
    keeper_died(one, SIGKILL);
    machine_stop();
}

static void test_open_locks(void)
{
    unsigned one = machine_start();
    int64_t a = opened(one, "/tmp/l", O_CREAT | O_RDWR, 0666);
    int64_t b = opened(one, "/tmp/l", O_RDWR, 0);
    IS(locked(one, a, F_OFD_SETLK, F_WRLCK, 0, 10), 0);
    IS(locked(one, b, F_OFD_SETLK, F_WRLCK, 5, 10), -EAGAIN);
    IS(locked(one, b, F_OFD_GETLK, F_WRLCK, 5, 10), 0);
    IS(found(one).l_pid, -1);
    IS(locked(one, b, F_SETLK, F_WRLCK, 5, 10), -EAGAIN);
    unsigned two = forked(one);
    closed(one, a);
    IS(locked(one, b, F_OFD_SETLK, F_WRLCK, 5, 10), -EAGAIN);
    closed(two, a); /* the last of it */
    IS(locked(one, b, F_OFD_SETLK, F_WRLCK, 5, 10), 0);
    machine_stop();
}

static int64_t flocked(unsigned slot, int64_t fd, int how)
{
    return ask(slot, SYS_flock, (uint64_t)fd, (uint64_t)how, 0, 0, 0);
}

static void test_flock(void)
{
    unsigned one = machine_start(), two = forked(one);
    int64_t a = opened(one, "/tmp/l", O_CREAT | O_RDWR, 0666);
    int64_t b = opened(two, "/tmp/l", O_RDWR, 0);
    IS(flocked(one, a, LOCK_SH), 0);
    IS(flocked(two, b, LOCK_SH), 0);
    IS(flocked(one, a, LOCK_EX | LOCK_NB), -EAGAIN);
    IS(flocked(two, b, LOCK_EX), 0); /* the other lost its own by trying */
    IS(flocked(one, a, LOCK_SH), WAITS);
    IS(locked(two, b, F_SETLK, F_WRLCK, 0, 0), 0); /* another kind */
    IS(flocked(two, b, LOCK_UN), 0);
    IS(answer(one), 0);
    IS(flocked(two, b, LOCK_EX), WAITS);
    closed(one, a);
    IS(answer(two), 0);
    IS(flocked(one, 99, LOCK_EX), -EBADF);
    IS(flocked(two, b, 0), -EINVAL);
    machine_stop();
}

const struct test lock_tests[] = {
    {"fcntl_locks", test_fcntl},
    {"open_locks", test_open_locks},
    {"flock", test_flock},
    {0},
};
