/*
 * Where the kernel enters min: at a process's start, for a fault, and for a
 * system call of the program. FS is the program's and stays untouched, and so
 * do the vector registers.
 */
#include "launch/launch.h"
#include "lib/upcall.inc"

#define STACK_SIZE 0x4000
#define UPCALL_STACK_SIZE 0x3000

    .section .transient, "aw", @nobits
    .balign 16
    .skip STACK_SIZE
stack_top:
    .globl enter_upcall_low, enter_upcall_high
    .hidden enter_upcall_low, enter_upcall_high
enter_upcall_low:
    .skip UPCALL_STACK_SIZE
enter_upcall_high:

    .text
    .cfi_sections .debug_frame

/* Who has called what is entered here is not known: GDB's backtraces end. */
.macro begin name
    .globl \name
    .type \name, @function
\name:
    .cfi_startproc
    .cfi_undefined rip
.endm

.macro end name
    .cfi_endproc
    .size \name, . - \name
.endm

/* Calls C on min's own stack, and goes on with the program. */
.macro call_and_resume function
    leaq stack_top(%rip), %rsp
    xorl %ebp, %ebp
    call \function
    leaq process_program(%rip), %rsp
    jmp resume
.endm

/* The first process's first instruction. */
    begin enter_start
    call_and_resume start_first
    end enter_start

/* A forked child's. */
    begin enter_child
    call_and_resume process_begin_child
    end enter_child

/* A fault. */
    begin enter_fault
    take_trap LAUNCH_CONTEXT, start_fault
resume:
    resume_program
    end enter_fault

/* A system call. */
    begin enter_call
    save_call LAUNCH_CONTEXT, process_program
    call_and_resume system_call
    end enter_call

    .section .note.GNU-stack, "", @progbits
