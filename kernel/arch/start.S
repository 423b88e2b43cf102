/*
 * The kernel's first instructions: the loader jumps here in 64-bit mode, on
 * its own tables, with the physical address of the handover in rdi.
 */
    .section .text.start, "ax"
    .globl kernel_start
    .type kernel_start, @function
kernel_start:
    cli
    cld
    leaq stack_boot_top(%rip), %rsp
    xorl %ebp, %ebp
    pushq $0                    /* where a backtrace ends */
    call kernel_main            /* does not come back */
    ud2
    .size kernel_start, . - kernel_start

    .section .note.GNU-stack, "", @progbits
