/* Threads, locks, conditions; what the C library builds on futexes. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#define THREADS 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static int turn, total;
static __thread int own;
static int fds[2];

static void *add(void *argument)
{
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&lock);
        total += (int)(long)argument;
        pthread_mutex_unlock(&lock);
        if (i % 100 == 0) {
            sched_yield();
        }
    }
    own = (int)(long)argument;
    pthread_barrier_wait(&barrier);
    return (void *)(long)(own * 10);
}

static void test_lock(void)
{
    pthread_t threads[THREADS];
    long sum = 0;
    pthread_barrier_init(&barrier, 0, THREADS);
    for (long i = 0; i < THREADS; i++) {
        SHOW(pthread_create(&threads[i], 0, add, (void *)(i + 1)));
    }
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    printf("total %d, sum %ld, mine %d\n", total, sum, own);
}

static void *take_turns(void *argument)
{
    int me = (int)(long)argument;
    double x = me + 0.25;
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (turn % 3 != me) {
            pthread_cond_wait(&condition, &lock);
        }
        printf("turn of %d, %g\n", me, x);
        x *= 2;
        turn++;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&lock);
    }
    return 0;
}

static void test_condition(void)
{
    pthread_t threads[3];
    for (long i = 0; i < 3; i++) {
        pthread_create(&threads[i], 0, take_turns, (void *)i);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], 0);
    }
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += 5000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&lock);
    printf("a wait in vain: %s\n",
           strerrorname_np(pthread_cond_timedwait(&condition, &lock, &time)));
    pthread_mutex_unlock(&lock);
}

static void *read_pipe(void *argument)
{
    char c = 0;
    (void)argument;
    long n = read(fds[0], &c, 1);
    printf("the other thread reads %ld: %c\n", n, c);
    return 0;
}

static void test_pipe(void)
{
    pthread_t thread;
    SHOW(pipe(fds));
    pthread_create(&thread, 0, read_pipe, 0);
    struct timespec time = {0, 2000000};
    nanosleep(&time, 0);
    puts("now something is written");
    long n = write(fds[1], "x", 1);
    pthread_join(thread, 0);
    printf("%ld byte was written\n", n);
}

static sem_t posted;
static pthread_t main_thread;

static void on_signal(int signal)
{
    printf("signal %d in the thread it was sent to: %d\n", signal,
           !pthread_equal(pthread_self(), main_thread));
}

static void *wait_for_post(void *argument)
{
    (void)argument;
    printf("sem_wait: %d\n", sem_wait(&posted));
    return (void *)7;
}

static void test_signal(void)
{
    pthread_t thread;
    void *result;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct timespec time = {0, 2000000};
    main_thread = pthread_self();
    sigaction(SIGUSR1, &action, 0);
    sem_init(&posted, 0, 0);
    pthread_create(&thread, 0, wait_for_post, 0);
    nanosleep(&time, 0);
    pthread_kill(thread, SIGUSR1);
    nanosleep(&time, 0);
    sem_post(&posted);
    pthread_join(thread, &result);
    printf("it returned %ld\n", (long)result);
}

static void *leave(void *argument)
{
    (void)argument;
    pthread_exit((void *)9);
}

static void *forever(void *argument)
{
    for (;;) {
        pause();
    }
    return argument;
}

int main(void)
{
    pthread_t thread;
    void *result;
    setvbuf(stdout, 0, _IOLBF, 0);
    test_lock();
    test_condition();
    test_pipe();
    test_signal();
    pthread_create(&thread, 0, leave, 0);
    pthread_join(thread, &result);
    printf("pthread_exit: %ld\n", (long)result);
    pthread_create(&thread, 0, forever, 0);
    SHOW(pthread_cancel(thread));
    pthread_join(thread, &result);
    TRUE(result == PTHREAD_CANCELED);
    pthread_create(&thread, 0, forever, 0);
    return 4;
}
