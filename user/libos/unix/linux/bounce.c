/*
 * The bounce: a system call outside of our own text is a SIGSYS, whose handler
 * hands the program's registers to unix_call; faults come as their signals.
 * Nothing returns through Linux's signal frame: the program is resumed with
 * the registers that the personality left, by one iretq. Linux resets the
 * extended state for a handler, so the program's is loaded from the frame
 * first.
 */
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/linux/host.h"
#include "libos/unix/linux/system.h"
#include "libos/unix/personality/base/host.h"

#define STACK (256 * 1024) /* the personality's */
#define DISPATCH 59        /* prctl's syscall user dispatch; 1: on */
#define FEATURES 472       /* which parts the frame's extended state has */

struct interrupted { /* Linux's ucontext */
    uint64_t flags, link, stack[3];
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
    uint64_t segments, error, vector, mask, address;
    const uint64_t *xstate;
};

struct handler {
    void (*function)(int, void *, struct interrupted *);
    uint64_t flags;
    void (*restorer)(void);
    uint64_t mask;
};

static uint8_t stack[STACK] __attribute__((aligned(4096)));
static uint8_t selector;

/* Of the linker. */
#define HIDDEN __attribute__((visibility("hidden")))
extern const uint8_t text_start[] HIDDEN;
extern const uint8_t text_end[] HIDDEN;

static struct registers registers_of(const struct interrupted *c)
{
    return (struct registers){.rax = c->rax,
                              .rbx = c->rbx,
                              .rcx = c->rcx,
                              .rdx = c->rdx,
                              .rsi = c->rsi,
                              .rdi = c->rdi,
                              .rbp = c->rbp,
                              .r8 = c->r8,
                              .r9 = c->r9,
                              .r10 = c->r10,
                              .r11 = c->r11,
                              .r12 = c->r12,
                              .r13 = c->r13,
                              .r14 = c->r14,
                              .r15 = c->r15,
                              .rip = c->rip,
                              .rflags = c->rflags,
                              .rsp = c->rsp,
                              .vector = c->vector,
                              .error = c->error,
                              .address = c->address};
}

static void xstate_take(const struct interrupted *c)
{
    uint64_t features = c->xstate[FEATURES / 8];
    uint32_t low = (uint32_t)features, high = (uint32_t)(features >> 32);
    __asm__ volatile("xrstor64 (%0)"
                     :
                     : "r"(c->xstate), "a"(low), "d"(high)
                     : "memory");
}

void bounce_resume(const struct registers *registers)
{
    __asm__ volatile("movq %0, %%rax\n\t"
                     "pushq $0x2b\n\tpushq 136(%%rax)\n\tpushq 128(%%rax)\n\t"
                     "pushq $0x33\n\tpushq 120(%%rax)\n\t"
                     "movq 8(%%rax), %%rbx\n\tmovq 16(%%rax), %%rcx\n\t"
                     "movq 24(%%rax), %%rdx\n\tmovq 32(%%rax), %%rsi\n\t"
                     "movq 40(%%rax), %%rdi\n\tmovq 48(%%rax), %%rbp\n\t"
                     "movq 56(%%rax), %%r8\n\tmovq 64(%%rax), %%r9\n\t"
                     "movq 72(%%rax), %%r10\n\tmovq 80(%%rax), %%r11\n\t"
                     "movq 88(%%rax), %%r12\n\tmovq 96(%%rax), %%r13\n\t"
                     "movq 104(%%rax), %%r14\n\tmovq 112(%%rax), %%r15\n\t"
                     "movq (%%rax), %%rax\n\tiretq"
                     :
                     : "r"(registers)
                     : "memory");
    __builtin_unreachable();
}

_Static_assert(__builtin_offsetof(struct registers, r8) == 56 &&
                   __builtin_offsetof(struct registers, rip) == 120 &&
                   __builtin_offsetof(struct registers, rsp) == 136,
               "what bounce_resume knows of struct registers");

/* The program's registers, which the personality works with; those that it
 * does not use are the program's again already. */
static struct registers program_of(const struct interrupted *context)
{
    xstate_take(context);
    return registers_of(context);
}

static void on_call(int signal, void *information, struct interrupted *context)
{
    struct registers program = program_of(context);
    (void)signal, (void)information;
    unix_call(&program);
    bounce_resume(&program);
}

static void on_fault(int signal, void *information, struct interrupted *context)
{
    struct registers program = program_of(context);
    (void)signal, (void)information;
    unix_fault(&program);
    bounce_resume(&program);
}

/* Linux wants one, though no handler returns. */
static void restorer(void)
{
    __builtin_trap();
}

static void handle(int signal,
                   void (*function)(int, void *, struct interrupted *))
{
    struct handler handler = {
        function, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER, restorer,
        0};
    SYSTEM6(SYS_rt_sigaction, signal, &handler, 0, 8, 0, 0);
}

void bounce_begin(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    uint64_t alternate[3] = {(uintptr_t)stack, 0, STACK};
    SYSTEM(SYS_sigaltstack, alternate, 0, 0);
    handle(SIGSYS, on_call);
    for (unsigned i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        handle(faults[i], on_fault);
    }
}

void bounce_enter(void)
{
    selector = 1;
    if (SYSTEM6(SYS_prctl, DISPATCH, 1, text_start, text_end - text_start,
                &selector, 0) < 0) {
        host_fail("Linux lacks syscall user dispatch (5.11 has it)");
    }
}
