/* Robust locks in memory that processes share: whoever ends with one, and
 * however, the next one learns that its owner has died. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct {
    pthread_mutex_t robust;
    int ready;
} *s;

static const char *how;

static void prepare(void)
{
    pthread_mutexattr_t attributes;
    memset(s, 0, sizeof(*s));
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&s->robust, &attributes);
}

static void *lock_it(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&s->robust);
    s->ready++;
    return NULL;
}

static void *lock_and_stay(void *unused)
{
    lock_it(unused);
    for (;;) {
        pause();
    }
    return NULL;
}

static void die_with_it(void)
{
    pthread_t thread;
    if (!strcmp(how, "a thread's end")) {
        pthread_create(&thread, NULL, lock_it, NULL);
        pthread_join(thread, NULL);
        pause();
    } else if (!strcmp(how, "a thread's process")) {
        pthread_create(&thread, NULL, lock_and_stay, NULL);
        while (!s->ready) {
            usleep(1000);
        }
        _exit(0);
    }
    lock_it(NULL);
    if (!strcmp(how, "exit")) {
        usleep(50000);
        _exit(0);
    } else if (!strcmp(how, "exec")) {
        usleep(50000);
        execl("/bin/true", "true", (char *)NULL);
    } else if (!strcmp(how, "a fault")) {
        usleep(50000);
        *(volatile int *)8 = 1;
    }
    for (;;) {
        pause();
    }
}

static void test_robust(const char *name, int signal)
{
    prepare();
    how = name;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(30);
        die_with_it();
    }
    while (!__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST)) {
        usleep(1000);
    }
    usleep(100000);
    if (signal) {
        kill(pid, signal);
    }
    int error = pthread_mutex_lock(&s->robust);
    printf("%s: %s", name, error ? strerrorname_np(error) : "locked");
    printf(", %d", pthread_mutex_consistent(&s->robust));
    printf(", %d", pthread_mutex_unlock(&s->robust));
    printf(", %d\n", pthread_mutex_trylock(&s->robust));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int main(void)
{
    alarm(100);
    s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
             0);
    test_robust("exit", 0);
    test_robust("a thread's end", 0);
    test_robust("a thread's process", 0);
    test_robust("exec", 0);
    test_robust("a fault", 0);
    test_robust("SIGTERM", SIGTERM);
    test_robust("SIGKILL", SIGKILL);
    return 0;
}
