/*
 * Where a program starts: the kernel enters with every register zero but the
 * stack pointer. What main returns is what the process ends with.
 */
    .text
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    call main
    movl %eax, %edi
    call process_exit
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
