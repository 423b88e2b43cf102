/* What computes and asks for nothing is interrupted all the same: by signals,
 * by timers, by other threads, by its end. (Over Linux nothing interrupts the
 * library OS's threads, so this runs on xo5 and on Linux itself.) */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int flag, ticks;

static void *sets(void *word)
{
    while (flag == 0) { /* until the other has begun */
    }
    flag = 2;
    return word;
}

static void test_threads(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, sets, NULL);
    flag = 1;
    while (flag != 2) {
    }
    pthread_join(thread, NULL);
    printf("two threads that compute both go on\n");
}

static void on_tick(int signal)
{
    (void)signal;
    ticks++;
}

/* A sum in registers of all kinds, while signals come. */
static void test_timer(void)
{
    struct itimerval every = {{0, 2000}, {0, 2000}}, none = {0};
    double sum = 0;
    unsigned long n = 0;
    signal(SIGALRM, on_tick);
    setitimer(ITIMER_REAL, &every, NULL);
    while (ticks < 20) {
        sum += 0.5;
        n++;
    }
    setitimer(ITIMER_REAL, &none, NULL);
    printf("a loop with 20 ticks: %s\n", sum == n * 0.5 ? "right" : "wrong");
}

static pid_t spins(void)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;) {
            ticks++;
        }
    }
    return child;
}

static void test_end(int number)
{
    int status;
    signal(number, SIG_DFL); /* whatever its parent's was */
    pid_t child = spins();
    usleep(20000);
    SHOW(kill(child, number));
    SHOW(waitpid(child, &status, 0) == child);
    SHOW(WIFSIGNALED(status) && WTERMSIG(status) == number);
}

static void test_stop(void)
{
    int status;
    pid_t child = spins();
    usleep(20000);
    SHOW(kill(child, SIGSTOP));
    SHOW(waitpid(child, &status, WUNTRACED) == child);
    SHOW(WIFSTOPPED(status));
    SHOW(kill(child, SIGCONT));
    SHOW(waitpid(child, &status, WCONTINUED) == child);
    SHOW(WIFCONTINUED(status));
    SHOW(kill(child, SIGKILL));
    SHOW(waitpid(child, &status, 0) == child);
}

/* Time of the processor goes by without a call, and a limit of it ends. */
static void test_clock(void)
{
    clock_t start = clock();
    while (clock() - start < CLOCKS_PER_SEC / 50) {
    }
    printf("time of the processor counts\n");
}

int main(void)
{
    setbuf(stdout, NULL);
    test_threads();
    test_timer();
    test_end(SIGTERM);
    test_end(SIGKILL);
    test_end(SIGINT);
    test_stop();
    test_clock();
    return 0;
}
