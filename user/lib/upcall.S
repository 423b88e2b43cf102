/*
 * Where upcalls enter, and how a program goes on after one, without the
 * kernel: a return, or a jump. The general registers lie in the order of
 * struct registers, rax lowest, so that pops restore them.
 */
#include "abi/layout.h"
#include "lib/upcall_layout.h"

#define RED_ZONE 128
#define ROOM (REGISTERS_SIZE + 8) /* a multiple of 16 */

    .text

/* Restores rax to r15 from the stack; rip follows. */
    .macro pop_registers
    .irp r, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, \
        r14, r15
    popq %\r
    .endr
    .endm

/*
 * A fault or an event: the registers are in `trap`, which the next upcall
 * overwrites. Copies it to this stack, unmasks, and calls \handler.
 */
    .macro upcall name, handler
    .globl \name
    .type \name, @function
\name:
    cld
    subq $ROOM, %rsp
    movabsq $(INIT_CONTEXT + CONTEXT_TRAP), %rsi
    movq %rsp, %rdi
    movl $REGISTERS_WORDS, %ecx
    rep movsq
    movabsq $(INIT_CONTEXT + CONTEXT_MASK), %rcx
    movq $0, (%rcx)
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call \handler
    jmp upcall_resume
    .size \name, . - \name
    .endm

    upcall upcall_enter_fault, upcall_take_fault
    upcall upcall_enter_event, upcall_take_event

/*
 * Goes on with the program: puts its rip and rflags below its red zone and
 * takes them from there, so that the last instruction restores rsp too. (No
 * iretq: with SMAP on, QEMU 7.2 reads the stack of ring 3's iretq as if the
 * kernel did, and faults.)
 */
    .type upcall_resume, @function
upcall_resume:
    movq REGISTERS_RSP(%rsp), %rcx
    movq REGISTERS_RIP(%rsp), %rax
    movq REGISTERS_RFLAGS(%rsp), %rdx
    leaq -RED_ZONE - 16(%rcx), %rcx
    movq %rax, 8(%rcx)
    movq %rdx, (%rcx)
    movq %rcx, REGISTERS_RIP(%rsp)
    pop_registers
    popq %rsp
    popfq
    ret $RED_ZONE
    .size upcall_resume, . - upcall_resume

/*
 * A foreign call: every register is the program's but rcx and r11, rsp too.
 * Reads rip and rflags before anything can call again, builds a struct
 * registers below the red zone, and calls C; then goes on at rip with rcx
 * and r11 as `syscall` leaves them.
 */
    .globl upcall_enter_call
    .type upcall_enter_call, @function
upcall_enter_call:
    movq %rsp, %rcx
    leaq -RED_ZONE(%rsp), %rsp
    andq $-16, %rsp
    subq $ROOM, %rsp
    movq %rcx, REGISTERS_RSP(%rsp)
    movabsq $(INIT_CONTEXT + CONTEXT_CALL_RIP), %r11
    movq (%r11), %rcx
    movq CONTEXT_CALL_RFLAGS - CONTEXT_CALL_RIP(%r11), %r11
    movq %rcx, REGISTERS_RIP(%rsp)
    movq %r11, REGISTERS_RFLAGS(%rsp)
    movq $0, REGISTERS_RSP + 8(%rsp)
    movq $0, REGISTERS_RSP + 16(%rsp)
    movq $0, REGISTERS_RSP + 24(%rsp)
    leaq REGISTERS_RIP(%rsp), %rsp
    .irp r, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, \
        rbx, rax
    pushq %\r
    .endr
    cld
    movq %rsp, %rdi
    call upcall_take_call
    pop_registers
    pushq REGISTERS_RFLAGS - REGISTERS_RIP(%rsp)
    popfq
    movq (%rsp), %rcx
    movq REGISTERS_RFLAGS - REGISTERS_RIP(%rsp), %r11
    movq REGISTERS_RSP - REGISTERS_RIP(%rsp), %rsp
    jmp *%rcx
    .size upcall_enter_call, . - upcall_enter_call

    .section .note.GNU-stack, "", @progbits
