/* Foreign system calls: whatever number is no operation's goes to the handler
 * and back, without the kernel, and every register but rax, rcx and r11 is as
 * it was. */
#include "lib/expect.h"
#include "lib/operations.h"
#include "lib/process.h"
#include "lib/upcall.h"

#define REGISTERS 15
#define RAX 0
#define RCX 2
#define R11 10

static struct registers seen;
static uint64_t calls;

static uint64_t handle(struct registers *call)
{
    seen = *call;
    calls++;
    return call->rax + 1000;
}

/* Fills all registers with what pattern[] says, in struct registers' order,
 * calls, and puts what comes back into answer[]; [15] is the carry flag. */
static void call_with(const uint64_t *pattern, uint64_t *answer)
{
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                     "pushq %%rbp\n\tpushq %%rsi\n\tmovq %%rdi, %%rax\n\t"
                     "movq 8(%%rax), %%rbx\n\tmovq 16(%%rax), %%rcx\n\t"
                     "movq 24(%%rax), %%rdx\n\tmovq 32(%%rax), %%rsi\n\t"
                     "movq 40(%%rax), %%rdi\n\tmovq 48(%%rax), %%rbp\n\t"
                     "movq 56(%%rax), %%r8\n\tmovq 64(%%rax), %%r9\n\t"
                     "movq 72(%%rax), %%r10\n\tmovq 88(%%rax), %%r12\n\t"
                     "movq 96(%%rax), %%r13\n\tmovq 104(%%rax), %%r14\n\t"
                     "movq 112(%%rax), %%r15\n\tmovq (%%rax), %%rax\n\t"
                     "stc\n\tsyscall\n\t"
                     "pushq %%rax\n\tmovq 8(%%rsp), %%rax\n\t"
                     "movq %%rbx, 8(%%rax)\n\tmovq %%rcx, 16(%%rax)\n\t"
                     "movq %%rdx, 24(%%rax)\n\tmovq %%rsi, 32(%%rax)\n\t"
                     "movq %%rdi, 40(%%rax)\n\tmovq %%rbp, 48(%%rax)\n\t"
                     "movq %%r8, 56(%%rax)\n\tmovq %%r9, 64(%%rax)\n\t"
                     "movq %%r10, 72(%%rax)\n\tmovq %%r11, 80(%%rax)\n\t"
                     "movq %%r12, 88(%%rax)\n\tmovq %%r13, 96(%%rax)\n\t"
                     "movq %%r14, 104(%%rax)\n\tmovq %%r15, 112(%%rax)\n\t"
                     "popq %%rbx\n\tmovq %%rbx, (%%rax)\n\t"
                     "sbbq %%rbx, %%rbx\n\tmovq %%rbx, 120(%%rax)\n\t"
                     "popq %%rax\n\tpopq %%rbp\n\tleaq 128(%%rsp), %%rsp"
                     : "+D"(pattern), "+S"(answer)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11",
                       "r12", "r13", "r14", "r15", "memory", "cc");
}

static int foreign(uint64_t number)
{
    uint64_t pattern[REGISTERS], answer[REGISTERS + 1];
    for (unsigned i = 0; i < REGISTERS; i++) {
        pattern[i] = number + i * 0x1111111111111111u;
    }
    uint64_t before = calls;
    uint64_t stack = (uintptr_t)__builtin_frame_address(0);
    pattern[RAX] = number;
    call_with(pattern, answer);
    EXPECT("calls", calls, before + 1);
    EXPECT("number", seen.rax, number);
    EXPECT("answer", answer[RAX], number + 1000);
    for (unsigned i = 1; i < REGISTERS; i++) {
        if (i != RCX && i != R11) {
            EXPECT("what the handler saw", (&seen.rax)[i], pattern[i]);
            EXPECT("what came back", answer[i], pattern[i]);
        }
    }
    EXPECT("rsp", stack - seen.rsp < 4096, true);
    EXPECT("rip, two bytes after a syscall",
           *(const uint16_t *)(uintptr_t)(seen.rip - 2), 0x050f);
    EXPECT("carry, to the handler", seen.rflags & 1, 1);
    EXPECT("carry, and back", answer[REGISTERS], UINT64_MAX);
    EXPECT("mask", process_context()->mask, 0);
    return 0;
}

static uint64_t inner(struct registers *call)
{
    calls++;
    if (call->rax == 0) {
        return 1;
    }
    return operation((uint32_t)call->rax - 1, 0, 0, 0, 0, 0) + 1;
}

int main(void)
{
    upcall_on_call(handle);
    STEP("numbers that are no operation's reach the handler");
    TRY(foreign(0));
    TRY(foreign(39));
    TRY(foreign(0x7fffffff));
    TRY(foreign(5));
    STEP("only eax counts, not what is above it");
    TRY(foreign(0xffffffff00000000));
    TRY(foreign(0x8000000000000027));
    TRY(foreign(UINT32_MAX));
    TRY(foreign(OPERATION(OPERATION_LIMIT)));
    STEP("the operations are the kernel's");
    uint64_t before = calls;
    EXPECT("unused", operation(OPERATION(OP_COUNT), 0, 0, 0, 0, 0),
           E_OPERATION);
    EXPECT("alloc", operation(OPERATION(OP_ALLOC), 0, 0, 0, 0, 0), E_RANGE);
    EXPECT("batch", operation(OPERATION_BATCH, 0, 0, 0, 0, 0), OK);
    EXPECT("calls", calls, before);
    STEP("a handler may call itself");
    upcall_on_call(inner);
    EXPECT("answer", operation(6, 0, 0, 0, 0, 0), 7);
    EXPECT("calls", calls, before + 7);
    return 0;
}
