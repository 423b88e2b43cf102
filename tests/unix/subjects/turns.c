/* Who does nothing but calls that the library OS answers within the process
 * lets others run all the same: they can end it, and its own timer comes. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#define PATIENCE 15 /* seconds, after which one gives up */

static char *page;
static volatile sig_atomic_t rung;

static long seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void ask_pid(void)
{
    syscall(SYS_getpid);
}

static void ask_time(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
}

static void change_rights(void)
{
    mprotect(page, 4096, PROT_READ);
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void map_and_touch(void)
{
    char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *p = 1;
    munmap(p, 4096);
}

static void send_self(void)
{
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2);
}

static void yield(void)
{
    sched_yield();
}

static void ask_wrongly(void)
{
    syscall(SYS_mprotect, 1, 2, 3);
}

static const struct {
    const char *name;
    void (*one)(void);
} calls[] = {
    {"getpid", ask_pid},         {"clock_gettime", ask_time},
    {"mprotect", change_rights}, {"mmap", map_and_touch},
    {"a signal", send_self},     {"sched_yield", yield},
    {"an error", ask_wrongly},
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static void ring(int signal)
{
    (void)signal;
    rung = 1;
}

/* Does that until the timer rings or patience ends. */
static void spin(void (*one)(void))
{
    long end = seconds() + PATIENCE;
    for (unsigned i = 1; !rung && (i % 1024 || seconds() < end); i++) {
        one();
    }
}

static void *spin_along(void *unused)
{
    (void)unused;
    spin(yield);
    return NULL;
}

/* A child that spins, and that we end by a signal. */
static void test_other(const char *name, void (*one)(void), int threads)
{
    pthread_t other;
    int status, ready[2];
    char c = 0;
    if (pipe(ready)) {
        exit(1);
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        write(ready[1], &c, 1);
        if (threads) {
            pthread_create(&other, NULL, spin_along, NULL);
        }
        spin(one);
        _exit(1);
    }
    read(ready[0], &c, 1);
    usleep(30000);
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    printf("%s%s: %s\n", name, threads ? ", threads" : "",
           WIFSIGNALED(status) ? "was ended" : "nobody could end it");
    close(ready[0]);
    close(ready[1]);
}

static void test_timer(const char *name, void (*one)(void))
{
    struct itimerval soon = {{0, 0}, {0, 30000}};
    rung = 0;
    setitimer(ITIMER_REAL, &soon, NULL);
    spin(one);
    printf("%s: %s\n", name, rung ? "the timer rang" : "no timer");
    rung = 0;
}

int main(void)
{
    signal(SIGALRM, ring);
    signal(SIGUSR2, SIG_IGN);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    for (unsigned i = 0; i < CALLS; i++) {
        test_other(calls[i].name, calls[i].one, 0);
        test_timer(calls[i].name, calls[i].one);
    }
    test_other("sched_yield", yield, 1);
    return 0;
}
