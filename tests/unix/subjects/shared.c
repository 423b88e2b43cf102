/* Futexes that processes share, and what the C library makes of them: mutexes,
 * condition variables, semaphores and barriers in memory that several have;
 * also /dev/shm, where such memory has a name. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* linux/futex.h, which not every C library's compiler finds. */
enum {
    FUTEX_WAIT = 0,
    FUTEX_WAKE = 1,
    FUTEX_REQUEUE = 3,
    FUTEX_CMP_REQUEUE = 4,
    FUTEX_WAIT_BITSET = 9,
    FUTEX_WAKE_BITSET = 10,
    FUTEX_WAIT_PRIVATE = 128 + FUTEX_WAIT,
    FUTEX_WAKE_PRIVATE = 128 + FUTEX_WAKE,
    FUTEX_CLOCK_REALTIME = 256,
};

#define PAGE 4096
#define ROUNDS 300

struct shared {
    int word, other, count, ready;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    pthread_barrier_t barrier;
    sem_t sem, back;
};

static struct shared *s;

static long futex(int *word, int op, int value, const void *time, int *second,
                  int third)
{
    return syscall(SYS_futex, word, op, value, time, second, third);
}

static void *map(int fd, off_t at)
{
    return mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, at);
}

static void prepare(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t cond;
    pthread_barrierattr_t barrier;
    memset(s, 0, sizeof(*s));
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&s->mutex, &mutex);
    pthread_condattr_init(&cond);
    pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&s->cond, &cond);
    pthread_barrierattr_init(&barrier);
    pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&s->barrier, &barrier, 3);
    sem_init(&s->sem, 1, 0);
    sem_init(&s->back, 1, 0);
}

static pid_t child(void (*what)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(30); /* whoever is never woken ends */
        what();
        fflush(stdout);
        _exit(0);
    }
    return pid;
}

static void ends(pid_t pid)
{
    int status;
    waitpid(pid, &status, 0);
    if (status) {
        printf("a child ended with %#x\n", status);
    }
}

/* ---- what the C library makes of them ------------------------------------ */

static void count_up(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&s->mutex);
        int seen = s->count;
        if (i % 50 == 0) {
            sched_yield();
        }
        s->count = seen + 1;
        pthread_mutex_unlock(&s->mutex);
    }
    pthread_barrier_wait(&s->barrier);
    pthread_mutex_lock(&s->mutex);
    s->ready++;
    pthread_cond_signal(&s->cond);
    pthread_mutex_unlock(&s->mutex);
}

static void play_back(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        sem_wait(&s->sem);
        s->count++;
        sem_post(&s->back);
    }
}

static void test_library(const char *what)
{
    prepare();
    pid_t pids[3];
    for (int i = 0; i < 3; i++) {
        pids[i] = child(count_up);
    }
    pthread_mutex_lock(&s->mutex);
    while (s->ready < 3) {
        pthread_cond_wait(&s->cond, &s->mutex);
    }
    pthread_mutex_unlock(&s->mutex);
    for (int i = 0; i < 3; i++) {
        ends(pids[i]);
    }
    printf("%s: %d counted\n", what, s->count);
    s->count = 0;
    pids[0] = child(play_back);
    for (int i = 0; i < ROUNDS; i++) {
        sem_post(&s->sem);
        sem_wait(&s->back);
    }
    ends(pids[0]);
    printf("%s: %d to and fro\n", what, s->count);
}

/* ---- the calls themselves ------------------------------------------------ */

static void wait_in(int *word, int op, int value, int bits)
{
    s->ready++;
    long answer = futex(word, op, value, NULL, NULL, bits);
    s->count += answer == 0;
}

static void wait_word(void)
{
    wait_in(&s->word, FUTEX_WAIT, 0, 0);
}

static void wait_other(void)
{
    wait_in(&s->other, FUTEX_WAIT, 0, 0);
}

static void wait_two(void)
{
    wait_in(&s->word, FUTEX_WAIT_BITSET, 0, 2);
}

static void wait_private(void)
{
    struct timespec soon = {0, 300000000};
    s->ready++;
    s->count += futex(&s->word, FUTEX_WAIT_PRIVATE, 0, &soon, NULL, 0) == 0;
}

/* Until that many wait; they say so, and then they need a moment. */
static void until(int count)
{
    while (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) < count) {
        usleep(1000);
    }
    usleep(100000);
}

static void test_calls(void)
{
    pid_t a, b, c;
    prepare();
    SHOW(futex(&s->word, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAIT, 1, NULL, NULL, 0));
    a = child(wait_word);
    b = child(wait_word);
    c = child(wait_word);
    until(3);
    SHOW(futex(&s->word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a), ends(b), ends(c);
    TRUE(s->count == 3);

    prepare();
    a = child(wait_two);
    b = child(wait_word);
    until(2);
    SHOW(futex(&s->word, FUTEX_WAKE_BITSET, 9, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE_BITSET, 9, NULL, NULL, 2 | 4));
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a), ends(b);

    prepare();
    a = child(wait_word);
    b = child(wait_word);
    c = child(wait_word);
    until(3);
    SHOW(futex(&s->word, FUTEX_CMP_REQUEUE, 1, (void *)1, &s->other, 7));
    SHOW(futex(&s->word, FUTEX_CMP_REQUEUE, 1, (void *)1, &s->other, 0));
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_REQUEUE, 0, (void *)9, &s->other, 0));
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a), ends(b), ends(c);
    TRUE(s->count == 3);

    prepare();
    a = child(wait_private);
    until(1);
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a);
    TRUE(s->count == 0);
}

/* The same page of a file twice in a process, and from another page on. */
static void test_addresses(void)
{
    char name[] = "/tmp/shared-XXXXXX";
    int fd = mkstemp(name);
    ftruncate(fd, 4 * PAGE);
    char *low = map(fd, 0), *high = map(fd, PAGE);
    struct shared *before = s;
    s = (struct shared *)(low + PAGE);
    prepare();
    pid_t a = child(wait_word);
    until(1);
    SHOW(futex((int *)low, FUTEX_WAKE, 9, NULL, NULL, 0));
    SHOW(futex((int *)high, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a);
    close(fd);
    unlink(name);
    a = child(wait_word);
    until(2);
    munmap(low, PAGE);
    SHOW(futex((int *)high, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a);
    munmap(low + PAGE, PAGE);
    munmap(high, 2 * PAGE);
    SHOW(futex((int *)high, FUTEX_WAKE, 9, NULL, NULL, 0));
    s = before;
}

/* ---- until when ---------------------------------------------------------- */

static void heard(int signal)
{
    (void)signal;
}

static void test_time(void)
{
    struct timespec soon = {0, 20000000}, at, past = {1, 0}, bad = {0, -1};
    struct sigaction action = {.sa_handler = heard};
    prepare();
    SHOW(futex(&s->word, FUTEX_WAIT, 0, &soon, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAIT, 0, &bad, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAIT_BITSET, 0, &past, NULL, -1));
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec++;
    long start = at.tv_sec;
    SHOW(futex(&s->word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &at, NULL,
               -1));
    clock_gettime(CLOCK_REALTIME, &at);
    TRUE(at.tv_sec >= start);
    SHOW(sem_timedwait(&s->sem, &past));
    SHOW(pthread_mutex_lock(&s->mutex));
    TRUE(pthread_mutex_timedlock(&s->mutex, &past) == ETIMEDOUT);
    TRUE(pthread_cond_timedwait(&s->cond, &s->mutex, &past) == ETIMEDOUT);
    sigaction(SIGALRM, &action, NULL);
    ualarm(50000, 0);
    SHOW(futex(&s->word, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    ualarm(50000, 0);
    SHOW(sem_wait(&s->sem));
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    pid_t a = child(wait_other);
    ualarm(20000, 0);
    until(1);
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a);
    signal(SIGALRM, SIG_DFL);
}

/* ---- threads of several processes ---------------------------------------- */

static void *thread_waits(void *word)
{
    __atomic_add_fetch(&s->ready, 1, __ATOMIC_SEQ_CST);
    if (futex(word, FUTEX_WAIT, 0, NULL, NULL, 0) == 0) {
        __atomic_add_fetch(&s->count, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void threads_wait(void)
{
    pthread_t threads[4];
    int ends[2];
    char c;
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, thread_waits,
                       i % 2 ? &s->word : &s->other);
    }
    pipe(ends);
    struct timespec soon = {0, 10000000};
    for (int i = 0; i < 20; i++) { /* one runs and sleeps meanwhile */
        nanosleep(&soon, NULL);
    }
    if (fork() == 0) { /* and has children, who wait for nothing */
        write(ends[1], &c, 1);
        _exit(0);
    }
    read(ends[0], &c, 1);
    wait(NULL);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void test_threads(void)
{
    prepare();
    pid_t a = child(threads_wait), b = child(threads_wait);
    until(8);
    SHOW(futex(&s->word, FUTEX_WAKE, 3, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
    ends(a), ends(b);
    TRUE(s->count == 8);
    prepare();
    a = child(threads_wait);
    until(4);
    kill(a, SIGKILL); /* the dead are not woken */
    waitpid(a, NULL, 0);
    SHOW(futex(&s->word, FUTEX_WAKE, 9, NULL, NULL, 0));
    SHOW(futex(&s->other, FUTEX_WAKE, 9, NULL, NULL, 0));
}

/* ---- names --------------------------------------------------------------- */

static void test_names(void)
{
    struct stat found;
    SHOW(stat("/dev/shm", &found));
    TRUE(S_ISDIR(found.st_mode) && (found.st_mode & 07777) == 01777);
    shm_unlink("/subject-shared");
    sem_unlink("/subject-sem");
    int fd = shm_open("/subject-shared", O_RDWR | O_CREAT | O_EXCL, 0600);
    TRUE(fd >= 0);
    SHOW(shm_open("/subject-shared", O_RDWR | O_CREAT | O_EXCL, 0600));
    SHOW(ftruncate(fd, 2 * PAGE));
    s = map(fd, 0);
    test_library("a name");
    SHOW(shm_unlink("/subject-shared"));
    SHOW(shm_unlink("/subject-shared"));
    sem_t *sem = sem_open("/subject-sem", O_CREAT | O_EXCL, 0600, 2);
    TRUE(sem != SEM_FAILED);
    TRUE(sem_open("/subject-sem", O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED);
    TRUE(sem_open("/subject-sem", 0) == sem);
    SHOW(sem_wait(sem));
    SHOW(sem_trywait(sem));
    SHOW(sem_trywait(sem));
    SHOW(sem_unlink("/subject-sem"));
}

int main(void)
{
    alarm(100);
    s = map(-1, 0);
    test_library("no name");
    test_calls();
    test_addresses();
    test_time();
    test_threads();
    test_names();
    return 0;
}
