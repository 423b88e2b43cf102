/*
 * Where upcalls enter, and how a program goes on after one, without the
 * kernel: a return, or a jump.
 */
#include "abi/layout.h"
#include "lib/upcall.inc"

    .text

    .macro upcall name, handler
    .globl \name
    .type \name, @function
\name:
    take_trap INIT_CONTEXT, \handler
    jmp upcall_resume
    .size \name, . - \name
    .endm

    upcall upcall_enter_fault, upcall_take_fault
    upcall upcall_enter_event, upcall_take_event

    .type upcall_resume, @function
upcall_resume:
    resume_program
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
    push_registers
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
