/* Handlers, masks, restarting, frames. */
#define _GNU_SOURCE
#include "check.h"
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

static volatile sig_atomic_t count;
static sigjmp_buf back;

static void handler(int signal)
{
    count += signal;
}

static void install(int signal, void (*function)(int), int flags)
{
    struct sigaction action = {.sa_handler = function, .sa_flags = flags};
    SHOW(sigaction(signal, &action, 0));
}

static void information(int signal, siginfo_t *info, void *context)
{
    ucontext_t *c = context;
    printf("signal %d code %d, from me: %d\n", signal, info->si_code,
           info->si_pid == getpid());
    TRUE(c->uc_mcontext.fpregs != 0);
    TRUE(sigismember(&c->uc_sigmask, SIGUSR2));
    c->uc_mcontext.gregs[REG_R12] = 77;
}

static void test_registers(void)
{
    struct sigaction action = {.sa_sigaction = information,
                               .sa_flags = SA_SIGINFO};
    register long r12 __asm__("r12") = 5;
    long answer;
    SHOW(sigaction(SIGUSR1, &action, 0));
    long me = getpid();
    __asm__ volatile("syscall"
                     : "=a"(answer), "+r"(r12)
                     : "0"(62), "D"(me), "S"((long)SIGUSR1)
                     : "rcx", "r11", "memory");
    printf("r12 after the handler: %ld, kill answered %ld\n", r12, answer);
}

static void spoil(int signal)
{
    (void)signal;
    __asm__ volatile("pxor %%xmm0, %%xmm0\n\tpxor %%xmm7, %%xmm7\n\tfldz"
                     :
                     :
                     : "xmm0", "xmm7");
}

static void test_vectors(void)
{
    double before = 3.5, after = 0;
    long answer, me = getpid();
    install(SIGUSR1, spoil, 0);
    __asm__ volatile("movsd %3, %%xmm7\n\tsyscall\n\tmovsd %%xmm7, %1"
                     : "=a"(answer), "=m"(after)
                     : "0"(62), "m"(before), "D"(me), "S"((long)SIGUSR1)
                     : "rcx", "r11", "memory", "xmm7");
    printf("xmm7 after a handler that clears it: %g\n", after);
}

static void test_mask(void)
{
    sigset_t set, old, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    install(SIGUSR1, handler, 0);
    count = 0;
    SHOW(sigprocmask(SIG_BLOCK, &set, &old));
    SHOW(raise(SIGUSR1));
    SHOW(kill(getpid(), SIGUSR1));
    printf("blocked: %d\n", (int)count);
    sigpending(&pending);
    TRUE(sigismember(&pending, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, 0);
    TRUE(count >= SIGUSR1);
    count = 0;
    sigprocmask(SIG_BLOCK, &set, 0);
    kill(getpid(), SIGUSR1);
    sigemptyset(&old);
    SHOW(sigsuspend(&old));
    printf("after sigsuspend: %d\n", (int)count);
    sigpending(&pending);
    TRUE(sigismember(&pending, SIGUSR1));
    kill(getpid(), SIGUSR1);
    struct timespec time = {1, 0};
    SHOW(sigtimedwait(&set, 0, &time));
    time = (struct timespec){0, 1000000};
    SHOW(sigtimedwait(&set, 0, &time));
    printf("not handled: %d\n", (int)count);
    sigprocmask(SIG_UNBLOCK, &set, 0);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("fault: signal %d code %d\n", signal, info->si_code);
    siglongjmp(back, 1);
}

/* Jumps to where no program can be: behind all of user space, into the
 * kernel's half, and to what is no address at all. */
static void test_jumps(void)
{
    static const uintptr_t places[] = {0x7ffffffff000, 0xffffffff80000000,
                                       0xffff800000000000, 0x8000000000000000};
    for (volatile unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (!sigsetjmp(back, 1)) {
            ((void (*)(void))places[i])();
        }
    }
}

static void test_faults(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO};
    char *page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile int zero = 0;
    sigaction(SIGSEGV, &action, 0);
    sigaction(SIGFPE, &action, 0);
    sigaction(SIGILL, &action, 0);
    if (!sigsetjmp(back, 1)) {
        *(volatile char *)16 = 1;
    }
    if (!sigsetjmp(back, 1)) {
        *(volatile char *)page = 1;
    }
    if (!sigsetjmp(back, 1)) {
        printf("%d\n", 1 / zero);
    }
    if (!sigsetjmp(back, 1)) {
        __asm__ volatile("ud2");
    }
    if (!sigsetjmp(back, 1)) {
        ((void (*)(void))page)();
    }
    test_jumps();
}

static char *stack;

static void on_stack(int signal)
{
    char here;
    stack_t now;
    sigaltstack(0, &now);
    printf("signal %d, on the other stack: %d, it says %d\n", signal,
           &here > stack && &here < stack + 65536, now.ss_flags);
}

static void test_stack(void)
{
    stack = malloc(65536);
    stack_t other = {.ss_sp = stack, .ss_size = 65536};
    SHOW(sigaltstack(&other, 0));
    install(SIGUSR1, on_stack, SA_ONSTACK);
    raise(SIGUSR1);
    other.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&other, 0));
    SHOW(sigaltstack(0, &other));
    TRUE(other.ss_flags == SS_DISABLE);
}

static void nested(int signal)
{
    count++;
    if (count < 3) {
        raise(signal);
    }
    printf("handler leaves at %d\n", (int)count);
}

static void test_flags(void)
{
    struct sigaction action;
    count = 0;
    install(SIGUSR1, nested, SA_NODEFER);
    raise(SIGUSR1);
    count = 0;
    install(SIGUSR1, nested, 0);
    raise(SIGUSR1);
    install(SIGUSR2, handler, SA_RESETHAND);
    raise(SIGUSR2);
    sigaction(SIGUSR2, 0, &action);
    TRUE(action.sa_handler == SIG_DFL);
    signal(SIGUSR2, SIG_IGN);
    SHOW(raise(SIGUSR2));
    SHOW(sigaction(SIGKILL, 0, &action));
    SHOW(signal(SIGKILL, handler) == SIG_ERR);
    SHOW(kill(getpid(), 0));
    SHOW(kill(getpid(), 65));
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    test_registers();
    test_vectors();
    test_mask();
    test_faults();
    test_stack();
    test_flags();
    return 0;
}
