/*
 * Where the kernel enters min: at a process's start, for a fault, and for a
 * system call of the program. The general registers lie in the order of struct
 * registers, rax lowest, so that pops restore them. FS is the program's and
 * stays untouched, and so do the vector registers.
 */
#include "launch/launch.h"
#include "lib/upcall_layout.h"

#define RED_ZONE 128
#define STACK_SIZE 0x4000
#define UPCALL_STACK_SIZE 0x3000
#define ROOM (REGISTERS_SIZE + 8) /* a multiple of 16 */

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

/* The first process's first instruction. */
    begin enter_start
    leaq stack_top(%rip), %rsp
    xorl %ebp, %ebp
    call start_first
    leaq process_program(%rip), %rsp
    jmp resume
    end enter_start

/* A forked child's. */
    begin enter_child
    leaq stack_top(%rip), %rsp
    xorl %ebp, %ebp
    call process_begin_child
    leaq process_program(%rip), %rsp
    jmp resume
    end enter_child

/* A fault: its registers are in the context, and the next fault will be
 * there too. Copies them to this stack, lets faults in again, and calls C. */
    begin enter_fault
    cld
    subq $ROOM, %rsp
    movabsq $(LAUNCH_CONTEXT + CONTEXT_TRAP), %rsi
    movq %rsp, %rdi
    movl $REGISTERS_WORDS, %ecx
    rep movsq
    movabsq $(LAUNCH_CONTEXT + CONTEXT_MASK), %rcx
    movq $0, (%rcx)
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call start_fault
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
    end enter_fault

/* A system call: every register is the program's but rcx and r11. Saves them
 * in process_program and goes to min's stack. */
    begin enter_call
    movq %rsp, process_program + REGISTERS_RSP(%rip)
    leaq process_program + REGISTERS_RIP(%rip), %rsp
    .irp r, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, \
        rbx, rax
    pushq %\r
    .endr
    movq %rsp, %rdi
    movabsq $(LAUNCH_CONTEXT + CONTEXT_CALL_RIP), %rsi
    movq (%rsi), %rax
    movq CONTEXT_CALL_RFLAGS - CONTEXT_CALL_RIP(%rsi), %rdx
    movq %rax, REGISTERS_RIP(%rdi)
    movq %rdx, REGISTERS_RFLAGS(%rdi)
    leaq stack_top(%rip), %rsp
    cld
    xorl %ebp, %ebp
    call system_call
    leaq process_program(%rip), %rsp
    jmp resume
    end enter_call

    .section .note.GNU-stack, "", @progbits
