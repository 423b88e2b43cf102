/* Fork, exec, exit, waiting; groups and sessions. */
#include "machine.h"

static int64_t waited(unsigned slot, int pid, uint64_t flags)
{
    return ask(slot, SYS_wait4, (uint64_t)(int64_t)pid, 0, flags, NONE, 0);
}

static int status_of(unsigned slot)
{
    return *(int32_t *)data(slot);
}

static void test_wait(void)
{
    unsigned one = machine_start();
    IS(waited(one, -1, 0), -ECHILD);
    unsigned two = forked(one), three = forked(one);
    uint32_t second = pid_of(two), third = pid_of(three);
    IS(waited(one, -1, WNOHANG), 0);
    IS(waited(one, -1, 0x40), -EINVAL);
    ends(two, 7 << 8);
    IS(machine_window(one)->pending, 1ull << (SIGCHLD - 1));
    IS(ask(one, KEEPER_TAKEN, SIGCHLD, 0, 0, 0, 0),
       second | (uint64_t)CLD_EXITED << 32 | 7ull << 40);
    IS(machine_window(one)->pending, 0);
    IS(ask(one, KEEPER_TAKEN, SIGCHLD, 0, 0, 0, 0), -EAGAIN);
    IS(waited(one, (int)third, WNOHANG), 0);
    IS(waited(one, 9999, 0), -ECHILD);
    IS(waited(one, -1, 0), second);
    IS(status_of(one), 7 << 8);
    IS(waited(one, -1, 0), WAITS);
    keeper_died(three, SIGSEGV);
    IS(answer(one), third);
    IS(status_of(one), SIGSEGV);
    IS(waited(one, -1, WNOHANG), -ECHILD);
    machine_stop();
}

static void test_waitid(void)
{
    unsigned one = machine_start(), two = forked(one);
    struct siginfo info;
    ends(two, 3 << 8);
    for (int i = 0; i < 2; i++) { /* the first leaves it as it is */
        IS(ask(one, SYS_waitid, P_ALL, 0, 64, WEXITED | (i ? 0 : WNOWAIT),
               NONE),
           0);
        memcpy(&info, data(one) + 64, sizeof(info));
        IS(info.si_status, 3);
        IS(info.si_code, CLD_EXITED);
        IS(info.si_signo, SIGCHLD);
    }
    IS(ask(one, SYS_waitid, P_ALL, 0, 64, WEXITED, NONE), -ECHILD);
    IS(ask(one, SYS_waitid, P_ALL, 0, 64, 0, NONE), -EINVAL);
    machine_stop();
}

static void test_fork(void)
{
    unsigned one = machine_start();
    int64_t fd = opened(one, "/tmp/x", O_CREAT | O_RDWR, 0600);
    IS(named(one, SYS_mkdirat, "/tmp/dir", 0755), 0);
    IS(ask(one, SYS_chdir, put(one, 0, "/tmp/dir"), 0, 0, 0, 0), 0);
    IS(ask(one, SYS_umask, 077, 0, 0, 0, 0), 022);
    unsigned two = forked(one);
    IS(written(two, fd, "child"), 5);
    IS(ask(one, SYS_lseek, (uint64_t)fd, 0, SEEK_CUR, 0, 0), 5);
    IS(closed(two, fd), 0);
    IS(written(one, fd, "parent"), 6);
    IS(ask(two, SYS_getcwd, 0, 100, 0, 0, 0), 9);
    TRUE(!strcmp((char *)data(two), "/tmp/dir"));
    IS(ask(two, SYS_umask, 0, 0, 0, 0, 0), 077);
    IS(ask(one, SYS_umask, 0, 0, 0, 0, 0), 077);
    IS(ask(two, SYS_getppid, 0, 0, 0, 0, 0), 1);
    unsigned three = forked(two);
    ends(two, 0); /* an orphan is pid 1's */
    IS(ask(three, SYS_getppid, 0, 0, 0, 0, 0), 1);
    machine_stop();
}

static void test_vfork(void)
{
    unsigned one = machine_start();
    for (int how = 0; how < 3; how++) {
        IS(ask(one, KEEPER_FORK, FORK_WAITS, 0, 0, 0, 0), WAITS);
        unsigned two = 2;
        uint32_t pid = pid_of(two);
        if (how == 0) {
            ask(two, KEEPER_EXEC, put(two, 0, "/bin/x"), NONE, 0, 0, 0);
        } else if (how == 1) {
            ends(two, 0);
        } else {
            ask(two, SYS_kill, 1, SIGUSR1, 0, 0, 0);
            IS(answer(one), WAITS); /* nothing but the child */
            keeper_died(two, SIGBUS);
        }
        IS(answer(one), pid);
        if (how == 0) {
            ends(two, 0);
        }
        IS(waited(one, -1, 0), pid);
    }
    machine_stop();
}

static void test_many(void)
{
    unsigned one = machine_start();
    uint64_t before = machine_taken();
    int count = 0;
    while (ask(one, KEEPER_FORK, 0, 0, 0, 0, 0) > 0) {
        count++;
    }
    IS(count, 254); /* slots 1 to 255, less one */
    IS(ask(one, KEEPER_FORK, 0, 0, 0, 0, 0), -EAGAIN);
    for (unsigned slot = 2; slot < 256; slot++) {
        ends(slot, 0);
    }
    IS(ask(one, KEEPER_FORK, 0, 0, 0, 0, 0) > 0, 1); /* a 256th record */
    IS(ask(one, KEEPER_FORK, 0, 0, 0, 0, 0), -EAGAIN);
    ends(2, 0);
    for (int i = 0; i < 255; i++) {
        TRUE(waited(one, -1, WNOHANG) > 0);
    }
    IS(waited(one, -1, WNOHANG), -ECHILD);
    IS(machine_taken(), before);
    machine_stop();
}

/* Pids are used again only when nobody has one as anything. */
static void test_pids(void)
{
    unsigned one = machine_start();
    unsigned leader = forked(one);
    uint32_t group = pid_of(leader);
    IS(ask(leader, SYS_setpgid, 0, 0, 0, 0, 0), 0);
    unsigned member = forked(leader);
    ends(leader, 0);
    IS(waited(one, (int)group, 0), group);
    for (int i = 0; i < 33000; i++) {
        int64_t pid = ask(one, KEEPER_FORK, 0, 0, 0, 0, 0);
        TRUE(pid > 1 && pid <= 32767 && pid != group && pid != member);
        keeper_died(leader, SIGKILL);
        IS(waited(one, (int)pid, 0), pid);
    }
    machine_stop();
}

static void test_no_wait(void)
{
    unsigned one = machine_start();
    machine_window(one)->child = CHILD_NO_WAIT;
    machine_window(one)->ignored = 1ull << (SIGCHLD - 1);
    unsigned two = forked(one), three = forked(one);
    ends(two, 0);
    IS(waited(one, -1, 0), WAITS);
    ends(three, 0);
    IS(answer(one), -ECHILD);
    machine_stop();
}

static void test_groups(void)
{
    unsigned one = machine_start(), two = forked(one), three = forked(one);
    uint32_t second = pid_of(two), third = pid_of(three);
    IS(ask(one, SYS_setpgid, second, second, 0, 0, 0), 0);
    IS(ask(one, SYS_setpgid, third, second, 0, 0, 0), 0);
    IS(ask(three, SYS_getpgid, 0, 0, 0, 0, 0), second);
    IS(ask(one, SYS_setpgid, third, 999, 0, 0, 0), -EPERM);
    IS(ask(one, SYS_setpgid, third, UINT64_MAX, 0, 0, 0), -EINVAL);
    IS(ask(two, SYS_setpgid, third, 0, 0, 0, 0), -ESRCH);
    IS(ask(one, SYS_setpgid, 0, 0, 0, 0, 0), -EPERM); /* leads a session */
    ask(three, KEEPER_EXEC, put(three, 0, "/bin/x"), NONE, 0, 0, 0);
    IS(ask(one, SYS_setpgid, third, third, 0, 0, 0), -EACCES);
    IS(ask(two, SYS_setsid, 0, 0, 0, 0, 0), -EPERM); /* leads a group */
    IS(ask(three, SYS_setsid, 0, 0, 0, 0, 0), third);
    IS(ask(one, SYS_getsid, third, 0, 0, 0, 0), third);
    IS(ask(one, SYS_getpgid, third, 0, 0, 0, 0), third);
    IS(ask(one, SYS_setpgid, third, second, 0, 0, 0), -EPERM);
    IS(opened(three, "/dev/tty", O_RDWR, 0), -ENXIO);
    ends(two, 0);
    IS(waited(one, -(int)second, 0), second);
    IS(waited(one, -(int)second, 0), -ECHILD);
    machine_stop();
}

static void test_last(void)
{
    unsigned one = machine_start(), two = forked(one), three = forked(two);
    IS(keeper_status(), -1);
    ends(one, 42 << 8); /* pid 1 takes all with it */
    IS(keeper_status(), 42 << 8);
    TRUE(!machine_there(two) && !machine_there(three));
    machine_stop();
}

const struct test process_tests[] = {
    TEST(wait), TEST(waitid),  TEST(fork),   TEST(vfork), TEST(many),
    TEST(pids), TEST(no_wait), TEST(groups), TEST(last),  {0},
};
