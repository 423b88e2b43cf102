/*
 * To ring 3 and back. Intel SDM volume 2B, SYSCALL and SYSRET; volume 3A,
 * 6.8.8, "Fast System Calls in 64-Bit Mode".
 *
 * `syscall` saves rip in rcx and rflags in r11, and changes nothing else: rsp
 * is still the caller's, and so is GS. SFMASK has cleared IF, TF, DF, NT and
 * AC on the way in, so no interrupt comes until there is a stack.
 *
 *   eax in the kernel's numbers    enter_operation, and back by sysret
 *     .. which handed over         the same, but out by cpu_switch and iretq
 *   any other                      to the process's own handler, at once
 *     .. which it has not          a fault (ring3/trap.c, foreign_call)
 */
#include "abi/operations.h"
#include "arch/offsets.h"
#include "arch/registers.inc"

#define USER_CODE 0x23          /* SELECTOR_USER_CODE and SELECTOR_USER_DATA */
#define USER_DATA 0x1b          /* of arch/flags.h, in ring 3 */

    .text

/*
 * An operation: OPERATION(n) in eax, arguments in rdi, rsi,
 * rdx, r10 and r8. Only rax, rcx and r11 change. A return address is never
 * outside user space, whose end is far from the canonical one, so
 * sysret is safe.
 */
    .globl syscall_entry
    .type syscall_entry, @function
syscall_entry:
    swapgs
    movq %rsp, %gs:CPU_USER_RSP
    /* Is it one of ours? All registers but rsp are the caller's or hold
     * arguments, so rsp is what there is to compute in. Nothing may be pushed
     * meanwhile, and nothing is: interrupts are off, and what comes all the
     * same (NMI, machine check, debug) has a stack of its own, in the TSS. It
     * finds that it has interrupted ring 0 and ends in a panic, which needs no
     * GS: so it may also come before the swapgs. */
    leal -OPERATION_BIT(%rax), %esp
    cmpl $OPERATION_LIMIT, %esp
    jae foreign
    movq %gs:CPU_STACK_TOP, %rsp
    /* Eight words: a call finds the stack aligned to 16. */
    pushq %rcx
    pushq %r11
    pushq %r9
    pushq %r8                   /* from here on: the five arguments */
    pushq %r10
    pushq %rdx
    pushq %rsi
    pushq %rdi
    movq %rsp, %rdi
    leal -OPERATION_BIT(%rax), %esi
    call enter_operation
    popq %rdi
    popq %rsi
    popq %rdx
    popq %r10
    popq %r8
    popq %r9
    popq %r11
    popq %rcx
    /* Did it hand the processor over, or end a lease? */
    cmpq $0, %gs:CPU_SWITCH
    jne 1f
    movq %gs:CPU_USER_RSP, %rsp
    swapgs
    sysretq
1:  call frame_push             /* the CPU is somebody else's now */
    movq %rsp, %rdi
    xorl %esi, %esi
    call cpu_switch
    jmp trap_return

/*
 * A foreign call bounces to the process's handler, with every register as it
 * was but rcx and r11. r11 keeps the flags of the caller, so sysret is safe.
 */
foreign:
    movq %rcx, %gs:CPU_USER_RCX
    movq %gs:CPU_CONTEXT, %rsp
    /* No stack is needed: what the handler must know is stored in the context,
     * and rsp is only where that is. */
    movq %rcx, CONTEXT_CALL_RIP(%rsp)
    movq %r11, CONTEXT_CALL_RFLAGS(%rsp)
    movq CONTEXT_ENTRY_CALL(%rsp), %rcx
    testq %rcx, %rcx
    jz 2f
    /* Else sysret would fault in ring 0, with the caller's rsp (SDM 2B). */
    cmpq %gs:CPU_USER_END, %rcx
    jae 2f
    movq %gs:CPU_USER_RSP, %rsp
    swapgs
    sysretq
2:  movq %gs:CPU_STACK_TOP, %rsp
    movq %gs:CPU_USER_RCX, %rcx
    call frame_push
    movq %rsp, %rdi
    call foreign_call
    jmp trap_return
    .size syscall_entry, . - syscall_entry

/* Makes a struct trap_frame of a system call's registers, on an empty stack
 * but for its own return address. */
    .type frame_push, @function
frame_push:
    popq %gs:CPU_USER_RCX       /* where to go back to */
    pushq $USER_DATA
    pushq %gs:CPU_USER_RSP
    pushq %r11
    pushq $USER_CODE
    pushq %rcx
    pushq $0
    pushq $0
    registers_push
    pushq %gs:CPU_USER_RCX      /* no jump that ring 3 could have trained */
    retq
    .size frame_push, . - frame_push

/* void arch_enter(const struct trap_frame *frame) */
    .globl arch_enter
    .type arch_enter, @function
arch_enter:
    cli
    movq %rdi, %rsp
    jmp trap_return
    .size arch_enter, . - arch_enter

    .section .note.GNU-stack, "", @progbits
