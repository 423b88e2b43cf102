/*
 * To ring 3 and back. Intel SDM volume 2B, SYSCALL and SYSRET; volume 3A,
 * 5.8.8. SFMASK has cleared IF, TF, DF, NT and AC on the way in.
 */
#include "abi/operations.h"
#include "arch/offsets.h"

    .text

/*
 * An operation: its number in eax with bit 31 set, arguments in rdi, rsi,
 * rdx and r10. Only rax, rcx and r11 change. A return address is never
 * outside the process's half, whose end is far from the canonical one, so
 * sysret is safe.
 */
    .globl syscall_entry
    .type syscall_entry, @function
syscall_entry:
    swapgs
    movq %rsp, %gs:CPU_USER_RSP
    movq %gs:CPU_STACK_TOP, %rsp
    pushq %gs:CPU_USER_RSP
    pushq %rcx
    pushq %r11
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %r8
    pushq %r9
    pushq %r10
    subq $8, %rsp
    testl %eax, %eax
    jns 1f
    movq %r10, %rcx
    movl %eax, %r8d
    andl $~OPERATION_BIT, %r8d
    call operation_call
    addq $8, %rsp
    popq %r10
    popq %r9
    popq %r8
    popq %rdx
    popq %rsi
    popq %rdi
    popq %r11
    popq %rcx
    popq %rsp
    swapgs
    sysretq
1:  movq %rax, %rdi             /* a foreign call */
    movq %rcx, %rsi
    call foreign_call           /* does not come back */
    ud2
    .size syscall_entry, . - syscall_entry

/* void arch_enter(const struct trap_frame *frame) */
    .globl arch_enter
    .type arch_enter, @function
arch_enter:
    cli
    fxrstor64 clean_fpu(%rip)
    movq %rdi, %rsp
    movq FRAME_RAX(%rsp), %rax
    movq FRAME_RBX(%rsp), %rbx
    movq FRAME_RCX(%rsp), %rcx
    movq FRAME_RDX(%rsp), %rdx
    movq FRAME_RSI(%rsp), %rsi
    movq FRAME_RDI(%rsp), %rdi
    movq FRAME_RBP(%rsp), %rbp
    movq FRAME_R8(%rsp), %r8
    movq FRAME_R9(%rsp), %r9
    movq FRAME_R10(%rsp), %r10
    movq FRAME_R11(%rsp), %r11
    movq FRAME_R12(%rsp), %r12
    movq FRAME_R13(%rsp), %r13
    movq FRAME_R14(%rsp), %r14
    movq FRAME_R15(%rsp), %r15
    addq $FRAME_RIP, %rsp
    swapgs
    iretq
    .size arch_enter, . - arch_enter

/* FPU and SSE as after FNINIT, every register zero: SDM 1, table 10-2. */
    .section .rodata
    .balign 16
clean_fpu:
    .short 0x037f               /* FCW: no exceptions, 64-bit precision */
    .skip 22
    .long 0x1f80                /* MXCSR: no exceptions, round to nearest */
    .skip 484

    .section .note.GNU-stack, "", @progbits
