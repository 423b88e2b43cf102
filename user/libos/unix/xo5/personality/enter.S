/*
 * Where the kernel enters the library OS: at its start, for a fault, for an
 * event, and for a system call of the program. FS is the program's and stays
 * untouched, and so do the vector registers.
 */
#include "lib/upcall.inc"
#include "libos/unix/xo5/layout.h"

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

    .globl libos_enter_fault
    .type libos_enter_fault, @function
libos_enter_fault:
    take_trap LIBOS_CONTEXT, machine_fault
resume:
    resume_program
    .size libos_enter_fault, . - libos_enter_fault

    .globl libos_enter_event
    .type libos_enter_event, @function
libos_enter_event:
    take_trap LIBOS_CONTEXT, machine_event
    jmp resume
    .size libos_enter_event, . - libos_enter_event

    .globl libos_enter_call
    .type libos_enter_call, @function
libos_enter_call:
    save_call LIBOS_CONTEXT, machine_program
    movabsq $(LIBOS_BLOCK + BLOCK_STACK_HIGH), %rsp
    call unix_call
    testb %al, %al
    jz 1f
    resume_call machine_program
1:  leaq machine_program(%rip), %rsp
    jmp resume
    .size libos_enter_call, . - libos_enter_call

    .section .note.GNU-stack, "", @progbits
