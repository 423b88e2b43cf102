/* Scheduling: policies and priorities, asked for and set. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* The calls themselves: musl answers ENOSYS to some of them. */
#define GET(id) syscall(SYS_sched_getscheduler, id)
#define SET(id, policy, priority)                                              \
    syscall(SYS_sched_setscheduler, id, policy, &(int){priority})
#define RESET 0x40000000

static int priority_of(int id)
{
    int priority = -1;
    syscall(SYS_sched_getparam, id, &priority);
    return priority;
}

static void test_limits(void)
{
    for (int policy = -1; policy < 7; policy++) {
        printf("policy %d: ", policy);
        SHOW(sched_get_priority_max(policy));
        SHOW(sched_get_priority_min(policy));
    }
    SHOW(sched_get_priority_max(99));
    SHOW(sched_get_priority_min(RESET));
}

static void test_ids(void)
{
    struct timespec time;
    int ids[] = {0, getpid(), getppid(), -1, 0x3ffffff};
    for (int i = 0; i < 5; i++) {
        printf("id %d\n", i);
        SHOW(GET(ids[i]));
        SHOW(syscall(SYS_sched_getparam, ids[i], &(int){0}));
        SHOW(syscall(SYS_sched_getparam, ids[i], 0));
        SHOW(syscall(SYS_sched_getparam, ids[i], 8));
        SHOW(syscall(SYS_sched_rr_get_interval, ids[i], &time));
        SHOW(syscall(SYS_sched_rr_get_interval, ids[i], 8));
        SHOW(syscall(SYS_sched_setscheduler, ids[i], SCHED_OTHER, 0));
        SHOW(syscall(SYS_sched_setscheduler, ids[i], SCHED_OTHER, 8));
        SHOW(syscall(SYS_sched_setparam, ids[i], 0));
        SHOW(SET(ids[i], SCHED_OTHER, 1));
        SHOW(SET(ids[i], SCHED_FIFO, 0));
        SHOW(SET(ids[i], SCHED_RR, 100));
        SHOW(SET(ids[i], SCHED_FIFO, -1));
        SHOW(SET(ids[i], -1, 0));
        SHOW(SET(ids[i], 4, 0));
        SHOW(SET(ids[i], 99, 0));
    }
}

static void *thread(void *result)
{
    *(long *)result = GET(0);
    SHOW(SET(0, SCHED_OTHER, 0));
    return 0;
}

static void test_set(char *self)
{
    long of_thread = -1;
    pthread_t id;
    SHOW(SET(0, SCHED_BATCH, 0));
    SHOW(GET(getpid()));
    SHOW(priority_of(0));
    pthread_create(&id, 0, thread, &of_thread);
    pthread_join(id, 0);
    printf("a thread had %ld, and changed its own: %ld\n", of_thread, GET(0));
    SHOW(SET(0, SCHED_BATCH | RESET, 0));
    SHOW(GET(0));
    fflush(stdout);
    if (fork() == 0) {
        printf("a child has %ld\n", GET(0));
        exit(0);
    }
    wait(0);
    /* who may is another question */
    long answer = SET(0, SCHED_FIFO, 10);
    TRUE(answer == 0 ? GET(0) == SCHED_FIFO && priority_of(0) == 10
                     : errno == EPERM);
    SHOW(SET(0, SCHED_OTHER, 0));
    SHOW(SET(0, SCHED_BATCH, 0));
    fflush(stdout);
    execl(self, self, "again", (char *)0);
}

int main(int count, char **words)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    if (count > 1) {
        printf("after exec: %ld\n", GET(0));
        return 0;
    }
    test_limits();
    test_ids();
    test_set(words[0]);
    return 1;
}
