/* Faults: each reaches the handler with its vector, error code and address,
 * and the program goes on with the registers that the handler leaves. */
#include "lib/expect.h"
#include "lib/pages.h"
#include "lib/probe.h"
#include "lib/process.h"
#include "lib/upcall.h"

#define NOWHERE 0x10
#define NOT_CANONICAL 0x8000000000000000
#define FLAG_CARRY 1u
#define FLAG_TRAP 0x100u
#define FLAG_ALIGNMENT 0x40000
#define INTERRUPTS_ON 0x200u

static int page_faults(void)
{
    EXPECT("load", probe_load(NOWHERE), VECTOR_PAGE);
    EXPECT("error", probe_fault.error, FAULT_USER);
    EXPECT("address", probe_fault.address, NOWHERE);
    EXPECT("store", probe_store(NOWHERE + 8), VECTOR_PAGE);
    EXPECT("error", probe_fault.error, FAULT_USER | FAULT_WRITE);
    EXPECT("address", probe_fault.address, NOWHERE + 8);
    EXPECT("store to text", probe_store((uintptr_t)page_faults), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_USER | FAULT_WRITE);
    EXPECT("run the stack", probe_run(INIT_STACK_TOP - 16), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_USER | FAULT_FETCH);
    EXPECT("load the kernel", probe_load(0xffffffff80000000), VECTOR_PAGE);
    EXPECT("address", probe_fault.address, 0xffffffff80000000);
    EXPECT("store to the books", probe_store(BOOKS_USER), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_USER | FAULT_WRITE);
    EXPECT("run the books", probe_run(BOOKS_USER), VECTOR_PAGE);
    EXPECT("load the direct map", probe_load(0xffff800000000000), VECTOR_PAGE);
    EXPECT("load the kernel's books", probe_load(0xffffc00000000000),
           VECTOR_PAGE);
    return 0;
}

static int other_faults(void)
{
    EXPECT("divide",
           PROBE("xorl %%edx, %%edx\n\tmovl $1, %%eax\n\tdivl %0", "b"(0)),
           VECTOR_DIVIDE);
    EXPECT("error", probe_fault.error, 0);
    EXPECT("overflow of a quotient",
           PROBE("movl $-1, %%edx\n\tdivl %0", "b"(1)), VECTOR_DIVIDE);
    EXPECT("opcode", PROBE("ud2", "b"(0)), VECTOR_OPCODE);
    EXPECT("error", probe_fault.error, 0);
    EXPECT("breakpoint", PROBE("int3", "b"(0)), VECTOR_BREAKPOINT);
    EXPECT("overflow", PROBE("int $4", "b"(0)), VECTOR_OVERFLOW);
    EXPECT("protection", PROBE("movq (%0), %%rax", "b"(NOT_CANONICAL)),
           VECTOR_PROTECTION);
    EXPECT("error", probe_fault.error, 0);
    EXPECT("gate", PROBE("int $0x40", "b"(0)), VECTOR_PROTECTION);
    EXPECT("selector", PROBE("movw %w0, %%ds", "b"(0x1234)), VECTOR_PROTECTION);
    EXPECT("error", probe_fault.error, 0x1234);
    /* Not canonical through rbp: 12 says the manual, 13 says QEMU. */
    uint64_t vector = PROBE("movq %%rbp, %%rcx\n\tmovq %0, %%rbp\n\t"
                            "leaq 78f(%%rip), %%rax\n\t"
                            "movq %%rax, probe_resume(%%rip)\n\t"
                            "movq (%%rbp), %%rax\n78:\tmovq %%rcx, %%rbp",
                            "b"(NOT_CANONICAL));
    EXPECT("stack", vector == VECTOR_STACK || vector == VECTOR_PROTECTION,
           true);
    EXPECT("misaligned", PROBE("movaps 1(%0), %%xmm0", "b"(INIT_CONTEXT)),
           VECTOR_PROTECTION);
    return 0;
}

/* A misaligned load with AC set faults if the kernel has set CR0.AM, and
 * never in QEMU's TCG; AC goes to no handler. */
static int alignment(void)
{
    uint64_t vector =
        PROBE("leaq -128(%%rsp), %%rsp\n\tpushfq\n\torq %1, (%%rsp)\n\t"
              "popfq\n\tleaq 128(%%rsp), %%rsp\n\tmovq 1(%0), %%rax",
              "b"(INIT_CONTEXT), "i"(FLAG_ALIGNMENT));
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\tpushfq\n\t"
                     "andq %0, (%%rsp)\n\tpopfq\n\t"
                     "leaq 128(%%rsp), %%rsp"
                     :
                     : "i"(~FLAG_ALIGNMENT)
                     : "cc", "memory");
    EXPECT("alignment", vector == VECTOR_ALIGNMENT || vector == PROBE_NONE,
           true);
    return 0;
}

static int number_faults(void)
{
    static const uint16_t x87_all_unmasked = 0x0340;
    static const uint32_t sse_all_unmasked = 0;
    static const uint32_t sse_masked = 0x1f80;
    EXPECT("x87",
           PROBE("fninit\n\tfldcw %0\n\tfldz\n\tfld1\n\t"
                 "fdivp\n\tfwait",
                 "m"(x87_all_unmasked)),
           VECTOR_X87);
    __asm__ volatile("fninit");
    /* QEMU's TCG does not raise it. */
    uint64_t vector = PROBE("ldmxcsr %0\n\tpxor %%xmm0, %%xmm0\n\t"
                            "pcmpeqd %%xmm1, %%xmm1\n\tpsrld $25, %%xmm1\n\t"
                            "pslld $23, %%xmm1\n\tdivss %%xmm0, %%xmm1",
                            "m"(sse_all_unmasked));
    EXPECT("SIMD", vector == VECTOR_SIMD || vector == PROBE_NONE, true);
    __asm__ volatile("ldmxcsr %0" : : "m"(sse_masked));
    return 0;
}

static uint64_t steps, step_vector;

static void stop_stepping(struct registers *trap)
{
    step_vector = trap->vector;
    steps++;
    trap->rflags &= ~(uint64_t)FLAG_TRAP;
}

/* One step with TF set, and no more: the handler's own flags have none. */
static int single_step(void)
{
    upcall_on_fault(stop_stepping);
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                     "pushfq\n\torq %0, (%%rsp)\n\tpopfq\n\t"
                     "nop\n\tnop\n\tleaq 128(%%rsp), %%rsp"
                     :
                     : "i"(FLAG_TRAP)
                     : "cc", "memory");
    EXPECT("steps", steps, 1);
    EXPECT("vector", step_vector, VECTOR_DEBUG);
    return 0;
}

static uint64_t depth, deepest;

/* Faults again, three deep, before it repairs what it was called for. */
static void nesting(struct registers *trap)
{
    depth++;
    if (depth > deepest) {
        deepest = depth;
    }
    if (depth < 4) {
        __asm__ volatile("ud2");
    }
    depth--;
    trap->rip += 2; /* over the ud2 */
}

static int nested(void)
{
    upcall_on_fault(nesting);
    deepest = 0;
    __asm__ volatile("ud2");
    EXPECT("depth at the end", depth, 0);
    EXPECT("handlers that ran", deepest, 4);
    EXPECT("mask", process_context()->mask, 0);
    return 0;
}

static struct registers seen;

static void change_all(struct registers *trap)
{
    seen = *trap;
    for (uint64_t *r = &trap->rax; r <= &trap->r15; r++) {
        if (r != &trap->rbp) {
            *r = ~*r;
        }
    }
    trap->rflags ^= FLAG_CARRY;
    trap->rip += 2;
}

/* All registers with a pattern, then a fault: after[] is what comes back. */
static int registers(void)
{
    static uint64_t after[16];
    upcall_on_fault(change_all);
    __asm__ volatile(
        "movq $1, %%rax\n\tmovq $2, %%rbx\n\tmovq $3, %%rcx\n\t"
        "movq $4, %%rdx\n\tmovq $5, %%rsi\n\tmovq $6, %%rdi\n\t"
        "movq $8, %%r8\n\tmovq $9, %%r9\n\tmovq $10, %%r10\n\t"
        "movq $11, %%r11\n\tmovq $12, %%r12\n\tmovq $13, %%r13\n\t"
        "movq $14, %%r14\n\tmovq $15, %%r15\n\tclc\n\t"
        "ud2\n\t"
        "movq %%rax, %0\n\tmovq %%rbx, 8+%0\n\tmovq %%rcx, 16+%0\n\t"
        "movq %%rdx, 24+%0\n\tmovq %%rsi, 32+%0\n\tmovq %%rdi, 40+%0\n\t"
        "movq %%r8, 56+%0\n\tmovq %%r9, 64+%0\n\tmovq %%r10, 72+%0\n\t"
        "movq %%r11, 80+%0\n\tmovq %%r12, 88+%0\n\tmovq %%r13, 96+%0\n\t"
        "movq %%r14, 104+%0\n\tmovq %%r15, 112+%0\n\t"
        "sbbq %%rax, %%rax\n\tmovq %%rax, 120+%0"
        : "=m"(after)
        :
        : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
          "r12", "r13", "r14", "r15", "cc", "memory");
    const uint64_t *was = &seen.rax;
    for (unsigned i = 0; i < 15; i++) {
        if (i != 6) { /* rbp */
            uint64_t set = i + 1;
            EXPECT("as the handler saw it", was[i], set);
            EXPECT("as the handler left it", after[i], ~set);
        }
    }
    EXPECT("carry", after[15], UINT64_MAX);
    EXPECT("interrupts", seen.rflags & INTERRUPTS_ON, INTERRUPTS_ON);
    return 0;
}

int main(void)
{
    probe_install();
    STEP("page faults");
    TRY(page_faults());
    STEP("divide, opcode, breakpoint, overflow, protection, stack");
    TRY(other_faults());
    STEP("alignment");
    TRY(alignment());
    STEP("x87 and SIMD exceptions");
    TRY(number_faults());
    STEP("a single step");
    TRY(single_step());
    STEP("handlers may fault themselves once they have unmasked");
    TRY(nested());
    STEP("every register reaches the handler and comes back");
    TRY(registers());
    return 0;
}
