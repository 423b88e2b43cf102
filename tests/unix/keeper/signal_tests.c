/* Signals, stopping, pausing, timers. */
#include "machine.h"

#define BIT(signal) (1ull << ((signal) - 1))

static int64_t killed(unsigned slot, int64_t pid, int signal)
{
    return ask(slot, SYS_kill, (uint64_t)pid, (uint64_t)signal, 0, 0, 0);
}

static void test_kill(void)
{
    unsigned one = machine_start(), two = forked(one), three = forked(one);
    uint32_t second = pid_of(two), third = pid_of(three);
    IS(killed(one, second, 0), 0);
    IS(killed(one, 999, 0), -ESRCH);
    IS(killed(one, second, 65), -EINVAL);
    IS(killed(one, second, SIGUSR1), 0);
    IS(machine_window(two)->pending, BIT(SIGUSR1));
    IS(ask(two, KEEPER_TAKEN, SIGUSR1, 0, 0, 0, 0), 1);
    machine_window(two)->ignored = BIT(SIGUSR2) | BIT(SIGCHLD);
    IS(killed(one, second, SIGUSR2), 0);
    IS(machine_window(two)->pending, 0);
    machine_window(two)->blocked = BIT(SIGUSR2);
    IS(killed(one, second, SIGUSR2), 0);
    IS(machine_window(two)->pending, BIT(SIGUSR2)); /* it may unblock it */
    IS(ask(one, SYS_setpgid, second, second, 0, 0, 0), 0);
    IS(ask(one, SYS_setpgid, third, second, 0, 0, 0), 0);
    IS(killed(one, -(int64_t)second, SIGTERM), 0);
    TRUE(machine_window(two)->pending & BIT(SIGTERM));
    TRUE(machine_window(three)->pending & BIT(SIGTERM));
    IS(killed(one, -999, 0), -ESRCH);
    IS(killed(three, -1, SIGHUP), 0); /* all but pid 1 and itself */
    TRUE(machine_window(two)->pending & BIT(SIGHUP));
    IS(machine_window(one)->pending & BIT(SIGHUP), 0);
    IS(machine_window(three)->pending & BIT(SIGHUP), 0);
    IS(ask(one, SYS_tgkill, second, second, SIGINT, 0, 0), 0);
    IS(ask(two, KEEPER_TAKEN, SIGINT, 0, 0, 0, 0),
       1 | (uint64_t)(uint8_t)SI_TKILL << 32);
    IS(killed(one, second, SIGKILL), 0);
    TRUE(!machine_there(two));
    IS(killed(three, third, SIGKILL), GONE);
    IS(killed(one, third, 0), 0); /* it has ended, but is still there */
    machine_stop();
}

static void test_interrupt(void)
{
    unsigned one = machine_start(), two = forked(one);
    IS(ask(two, KEEPER_PAUSE, 0, UINT64_MAX, 0, 0, 0), WAITS);
    machine_window(two)->ignored = BIT(SIGWINCH);
    killed(one, pid_of(two), SIGWINCH);
    IS(answer(two), WAITS);
    killed(one, pid_of(two), SIGUSR1);
    IS(answer(two), -EINTR);
    IS(ask(two, KEEPER_PAUSE, 0, UINT64_MAX, 0, 0, 0), -EINTR);
    IS(ask(two, KEEPER_PAUSE, BIT(SIGUSR1), UINT64_MAX, 0, 0, 0), WAITS);
    machine_window(two)->blocked = BIT(SIGUSR2); /* the mask of the pause */
    killed(one, pid_of(two), SIGUSR2);           /* counts, not this one */
    IS(answer(two), -EINTR);
    machine_window(two)->blocked = BIT(SIGUSR1) | BIT(SIGUSR2);
    IS(ask(two, SYS_wait4, UINT64_MAX, 0, 0, NONE, 0), -ECHILD);
    IS(ask(two, SYS_read, 0, 0, 1, 0, 0), WAITS);
    killed(one, pid_of(two), SIGHUP);
    IS(answer(two), -EINTR);
    machine_stop();
}

static void test_pause(void)
{
    unsigned one = machine_start();
    IS(ask(one, KEEPER_PAUSE, 0, 5000, 0, 0, 0), WAITS);
    IS(keeper_next(), machine_time + 5000);
    pass(4999);
    IS(answer(one), WAITS);
    pass(1);
    IS(answer(one), 0);
    IS(keeper_next(), UINT64_MAX);
    IS(ask(one, KEEPER_PAUSE, 0, 0, 0, 0, 0), 0);
    IS(ask(one, KEEPER_PAUSE, 0, UINT64_MAX - 5, 0, 0, 0), WAITS);
    IS(keeper_next(), UINT64_MAX);
    keeper_died(one, SIGKILL);
    IS(keeper_status(), SIGKILL);
    machine_stop();
}

static void test_timer(void)
{
    unsigned one = machine_start();
    struct itimerval timer = {{0, 1000}, {0, 500}};
    memcpy(data(one), &timer, sizeof(timer));
    IS(ask(one, SYS_setitimer, ITIMER_REAL, 0, NONE, 0, 0), 0);
    IS(ask(one, SYS_setitimer, 1, 0, NONE, 0, 0), -EINVAL);
    IS(ask(one, KEEPER_PAUSE, 0, UINT64_MAX, 0, 0, 0), WAITS);
    IS(keeper_next(), machine_time + 500000);
    pass(500000);
    IS(answer(one), -EINTR);
    IS(machine_window(one)->pending, BIT(SIGALRM));
    TRUE(ask(one, KEEPER_TAKEN, SIGALRM, 0, 0, 0, 0) >= 0);
    IS(ask(one, SYS_getitimer, ITIMER_REAL, 0, 0, 0, 0), 0);
    memcpy(&timer, data(one), sizeof(timer));
    IS(timer.it_value.tv_usec, 1000);
    IS(timer.it_interval.tv_usec, 1000);
    pass(1000000);
    IS(machine_window(one)->pending, BIT(SIGALRM));
    memset(&timer, 0, sizeof(timer));
    memcpy(data(one), &timer, sizeof(timer));
    IS(ask(one, SYS_setitimer, ITIMER_REAL, 0, 100, 0, 0), 0);
    IS(keeper_next(), UINT64_MAX);
    timer.it_value.tv_usec = 1000000;
    memcpy(data(one), &timer, sizeof(timer));
    IS(ask(one, SYS_setitimer, ITIMER_REAL, 0, NONE, 0, 0), -EINVAL);
    machine_stop();
}

static void test_stop(void)
{
    unsigned one = machine_start(), two = forked(one);
    uint32_t second = pid_of(two);
    machine_window(one)->ignored = BIT(SIGCHLD);
    IS(ask(one, SYS_setpgid, second, second, 0, 0, 0), 0);
    IS(killed(one, second, SIGSTOP), 0);
    TRUE(!keeper_may_run(two));
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, WNOHANG, NONE, 0), 0);
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, WUNTRACED, NONE, 0), second);
    IS(*(int32_t *)data(one), SIGSTOP << 8 | 0x7f);
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, WUNTRACED | WNOHANG, NONE, 0), 0);
    IS(killed(one, second, SIGUSR1), 0);
    TRUE(!keeper_may_run(two));
    IS(killed(one, second, SIGCONT), 0);
    TRUE(keeper_may_run(two) && machine_ready(two));
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, WCONTINUED, NONE, 0), second);
    IS(*(int32_t *)data(one), 0xffff);
    TRUE(ask(two, KEEPER_TAKEN, SIGUSR1, 0, 0, 0, 0) > 0);
    TRUE(ask(two, KEEPER_TAKEN, SIGCONT, 0, 0, 0, 0) > 0);
    IS(ask(two, KEEPER_STOP, SIGTSTP, 0, 0, 0, 0), WAITS);
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, WUNTRACED, NONE, 0), second);
    IS(*(int32_t *)data(one), SIGTSTP << 8 | 0x7f);
    IS(killed(one, second, SIGCONT), 0);
    IS(answer(two), 0);
    IS(ask(two, KEEPER_STOP, SIGUSR1, 0, 0, 0, 0), -EINVAL);
    IS(ask(one, KEEPER_STOP, SIGTSTP, 0, 0, 0, 0), 0); /* an orphaned group */
    machine_stop();
}

/* One that waits is stopped: what it waits for happens meanwhile. */
static void test_stop_waiting(void)
{
    unsigned one = machine_start(), two = forked(one);
    IS(ask(two, KEEPER_PAUSE, 0, 1000, 0, 0, 0), WAITS);
    killed(one, pid_of(two), SIGSTOP);
    pass(5000);
    IS(answer(two), WAITS);
    machine_window(two)->ignored = BIT(SIGCONT);
    killed(one, pid_of(two), SIGCONT);
    IS(answer(two), 0);
    killed(one, pid_of(two), SIGSTOP);
    killed(one, pid_of(two), SIGKILL);
    TRUE(!machine_there(two));
    machine_stop();
}

/* A forked process with memory that others share. */
static unsigned sharing(unsigned one)
{
    unsigned two = forked(one);
    machine_window(two)->shares = 1;
    return two;
}

/* It is killed, and `told` is the answer to one request, which was not carried
 * out; then it may wake waiters, and do nothing else. */
static void dies(unsigned one, unsigned two, int64_t told)
{
    uint32_t second = pid_of(two);
    IS(told, -EINTR);
    TRUE(machine_window(two)->pending & BIT(SIGKILL));
    IS(ask(two, KEEPER_FUTEX_WAKE, 0, 0, 1, 1, 0), -EBADF);
    TRUE(machine_there(two));
    IS(ask(two, KEEPER_PAUSE, 0, NONE, 0, 0, 0), GONE);
    IS(ask(one, SYS_wait4, UINT64_MAX, 0, 0, NONE, 0), second);
}

static void test_last_turn(void)
{
    unsigned one = machine_start(), two = sharing(one);
    killed(one, pid_of(two), SIGKILL); /* while it runs */
    TRUE(keeper_may_run(two));
    dies(one, two, ask(two, SYS_sync, 0, 0, 0, 0, 0));
    two = sharing(one);
    killed(one, pid_of(two), SIGSTOP);
    killed(one, pid_of(two), SIGKILL);
    TRUE(keeper_may_run(two) && machine_ready(two));
    dies(one, two, ask(two, SYS_sync, 0, 0, 0, 0, 0));
    two = sharing(one);
    IS(ask(two, KEEPER_PAUSE, 0, NONE, 0, 0, 0), WAITS);
    killed(one, pid_of(two), SIGKILL);
    TRUE(machine_ready_pending(two) & BIT(SIGKILL));
    dies(one, two, answer(two));
    two = sharing(one);
    killed(one, pid_of(two), SIGKILL);
    pass(1000000001); /* it says nothing */
    TRUE(!machine_there(two));
    machine_stop();
}

/* The last parent that could continue them goes. */
static void test_orphans(void)
{
    unsigned one = machine_start(), two = forked(one), three = forked(two);
    uint32_t third = pid_of(three);
    ask(two, SYS_setpgid, 0, 0, 0, 0, 0);
    ask(two, SYS_setpgid, third, third, 0, 0, 0);
    IS(ask(three, KEEPER_STOP, SIGTSTP, 0, 0, 0, 0), WAITS);
    unsigned four = forked(one);
    ask(four, SYS_setsid, 0, 0, 0, 0, 0);
    IS(machine_window(three)->pending, 0);
    ends(two, 0); /* pid 1 is of the same session, another group: not yet */
    TRUE(!keeper_may_run(three));
    unsigned five = forked(four), six = forked(five);
    ask(five, SYS_setpgid, 0, 0, 0, 0, 0);
    ask(five, SYS_setpgid, pid_of(six), pid_of(six), 0, 0, 0);
    IS(ask(six, KEEPER_STOP, SIGTSTP, 0, 0, 0, 0), WAITS);
    ends(five, 0); /* pid 1 is of another session */
    TRUE(keeper_may_run(six));
    IS(machine_window(six)->pending, BIT(SIGHUP) | BIT(SIGCONT));
    machine_stop();
}

const struct test signal_tests[] = {
    TEST(kill),    TEST(interrupt), TEST(pause),
    TEST(timer),   TEST(stop),      TEST(stop_waiting),
    TEST(orphans), TEST(last_turn), {0},
};
