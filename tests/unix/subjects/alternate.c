/* Alternate signal stacks: who has one, what is said of it, and where
 * handlers with SA_ONSTACK run, also where there is none or no room on it. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif
#define SIZE 65536

/* The system is asked, and not the C library: musl's looks at what it is given
 * first. */
#define sigaltstack(to, from) ((int)syscall(SYS_sigaltstack, to, from))

static char *stack;
static sigjmp_buf back;

static void show(const char *when)
{
    stack_t now;
    memset(&now, 0x55, sizeof(now));
    SHOW(sigaltstack(0, &now));
    printf("%s: at %s, flags %x, size %lx\n", when,
           !now.ss_sp                   ? "zero"
           : now.ss_sp == (void *)stack ? "the stack"
                                        : "another place",
           (unsigned)now.ss_flags, (long)now.ss_size);
}

static int is_here(const void *address)
{
    return (const char *)address >= stack &&
           (const char *)address < stack + SIZE;
}

static void handler(int signal, siginfo_t *info, void *context)
{
    const ucontext_t *c = context;
    char local;
    printf("signal %d code %d, on the stack: %d; context: size %lx\n", signal,
           info->si_code, is_here(&local), (long)c->uc_stack.ss_size);
    if (c->uc_stack.ss_size) { /* else they are a former program's */
        printf("flags %x\n", (unsigned)c->uc_stack.ss_flags);
    }
    show("in the handler");
}

static void install(int signal, void (*function)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = function,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(signal, &action, 0);
}

static long set(unsigned flags, unsigned long size)
{
    stack_t to = {.ss_sp = stack, .ss_flags = (int)flags, .ss_size = size};
    return sigaltstack(&to, 0);
}

static void *thread(void *argument)
{
    (void)argument;
    show("a new thread");
    raise(SIGUSR1);
    return 0;
}

static void test_none(void)
{
    pthread_t id;
    show("at the start");
    raise(SIGUSR1);
    pthread_create(&id, 0, thread, 0);
    pthread_join(id, 0);
    set(0, SIZE);
    pthread_create(&id, 0, thread, 0);
    pthread_join(id, 0);
    fflush(stdout);
    if (fork() == 0) {
        show("a forked child");
        raise(SIGUSR1);
        exit(0);
    }
    wait(0);
    raise(SIGUSR1);
}

static void test_values(void)
{
    SHOW(set(SS_DISABLE, 7));
    show("disabled");
    SHOW(set(0, 2047));
    SHOW(set(0, 2048));
    show("the smallest");
    SHOW(set(SS_ONSTACK, SIZE));
    show("with SS_ONSTACK");
    raise(SIGUSR1);
    SHOW(set(3, SIZE));
    SHOW(set(4, SIZE));
    SHOW(set(SS_AUTODISARM | 4, SIZE));
    SHOW(sigaltstack((stack_t *)8, 0));
    SHOW(sigaltstack(0, (stack_t *)8));
    SHOW(set(SS_AUTODISARM | SS_DISABLE, SIZE));
    show("disabled, and SS_AUTODISARM");
    SHOW(set(SS_AUTODISARM, SIZE));
    show("with SS_AUTODISARM");
    raise(SIGUSR1);
    show("behind the handler");
}

static void change(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    SHOW(set(0, SIZE / 2));
    SHOW(set(SS_DISABLE, 0));
}

static void test_change(void)
{
    set(0, SIZE);
    install(SIGUSR1, change);
    raise(SIGUSR1);
    show("it is as it was");
    set(SS_DISABLE, 0);
    raise(SIGUSR1);
    show("a handler that was elsewhere may");
    install(SIGUSR1, handler);
}

static void leave(int signal, siginfo_t *info, void *context)
{
    char local;
    (void)context;
    printf("signal %d code %d, on the stack: %d\n", signal, info->si_code,
           is_here(&local));
    siglongjmp(back, 1);
}

static int use_up(volatile char *above)
{
    volatile char much[1024];
    much[0] = *above;
    return much[0] ? 0 : use_up(much) + much[1];
}

/* What Python, Go and others have one for. */
static void overflow(void)
{
    install(SIGSEGV, leave);
    set(0, SIZE);
    if (!sigsetjmp(back, 1)) {
        use_up((char[1]){0});
    }
    set(SS_DISABLE, 0);
}

/* No frame can be stored: that is a SIGSEGV, which may have a handler. */
static void test_no_room(void)
{
    char *wall = mmap(0, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t bad = {.ss_sp = wall, .ss_size = SIZE};
    struct sigaction plain = {.sa_sigaction = leave, .sa_flags = SA_SIGINFO};
    int status;
    install(SIGUSR1, handler);
    sigaction(SIGSEGV, &plain, 0);
    SHOW(sigaltstack(&bad, 0));
    if (!sigsetjmp(back, 1)) {
        raise(SIGUSR1);
    }
    fflush(stdout);
    if (fork() == 0) {
        signal(SIGSEGV, SIG_DFL);
        sigaltstack(&bad, 0);
        raise(SIGUSR1);
        exit(1);
    }
    wait(&status);
    printf("without a handler: signal %d\n", WTERMSIG(status));
    set(SS_DISABLE, 0);
}

int main(int count, char **words)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    if (count > 1) {
        show("after exec");
        return 0;
    }
    stack = malloc(SIZE);
    install(SIGUSR1, handler);
    test_none();
    test_values();
    test_change();
    overflow();
    test_no_room();
    set(SS_AUTODISARM, SIZE);
    fflush(stdout);
    execl(words[0], words[0], "again", (char *)0);
    return 1;
}
