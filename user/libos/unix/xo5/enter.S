/*
 * Where the kernel enters the library OS: at its start, for a fault, and for a
 * system call of the program. The general registers lie in the order of struct
 * registers, rax lowest, so that pops restore them. FS is the program's and
 * stays untouched, and so do the vector registers.
 */
#include "lib/upcall_layout.h"
#include "libos/unix/xo5/layout.h"

#define RED_ZONE 128
#define ROOM (REGISTERS_SIZE + 8) /* a multiple of 16 */

    .text

/* The first instruction: on the personality's stack, which is empty. */
    .globl libos_start
    .type libos_start, @function
libos_start:
    movabsq $(LIBOS_BLOCK + BLOCK_STACK_HIGH), %rsp
    xorl %ebp, %ebp
    call machine_start
    leaq machine_program(%rip), %rsp
    jmp resume
    .size libos_start, . - libos_start

/* A fault: its registers are in the context, and the next fault will be
 * there too. Copies them to this stack, lets faults in again, and calls C. */
    .globl libos_enter_fault
    .type libos_enter_fault, @function
libos_enter_fault:
    cld
    subq $ROOM, %rsp
    movabsq $(LIBOS_CONTEXT + CONTEXT_TRAP), %rsi
    movq %rsp, %rdi
    movl $REGISTERS_WORDS, %ecx
    rep movsq
    movabsq $(LIBOS_CONTEXT + CONTEXT_MASK), %rcx
    movq $0, (%rcx)
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call machine_fault
    /* fallthrough */

/* Goes on with the program whose registers rsp points to: puts its rip and
 * rflags below its red zone and takes them from there, so that the last
 * instruction restores rsp too. */
resume:
    movq REGISTERS_RSP(%rsp), %rcx
    movq REGISTERS_RIP(%rsp), %rax
    movq REGISTERS_RFLAGS(%rsp), %rdx
    leaq -RED_ZONE - 16(%rcx), %rcx
    movq %rax, 8(%rcx)
    movq %rdx, (%rcx)
    movq %rcx, REGISTERS_RIP(%rsp)
    .irp r, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, \
        r14, r15
    popq %\r
    .endr
    popq %rsp
    popfq
    ret $RED_ZONE
    .size libos_enter_fault, . - libos_enter_fault

/* A system call: every register is the program's but rcx and r11. Saves them
 * in machine_program and goes to the personality's stack. */
    .globl libos_enter_call
    .type libos_enter_call, @function
libos_enter_call:
    movq %rsp, machine_program + REGISTERS_RSP(%rip)
    leaq machine_program + REGISTERS_RIP(%rip), %rsp
    .irp r, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, \
        rbx, rax
    pushq %\r
    .endr
    movq %rsp, %rdi
    movabsq $(LIBOS_CONTEXT + CONTEXT_CALL_RIP), %rsi
    movq (%rsi), %rax
    movq CONTEXT_CALL_RFLAGS - CONTEXT_CALL_RIP(%rsi), %rdx
    movq %rax, REGISTERS_RIP(%rdi)
    movq %rdx, REGISTERS_RFLAGS(%rdi)
    movabsq $(LIBOS_BLOCK + BLOCK_STACK_HIGH), %rsp
    cld
    xorl %ebp, %ebp
    call unix_call
    leaq machine_program(%rip), %rsp
    jmp resume
    .size libos_enter_call, . - libos_enter_call

    .section .note.GNU-stack, "", @progbits
