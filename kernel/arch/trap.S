/*
 * Where the processor enters the kernel by itself: 256 stubs of equal size, so
 * that arch/cpu.c computes where each is. Together with the processor a stub
 * makes a struct trap_frame (arch/frame.h), from the highest address down:
 *
 *   ss rsp rflags cs rip    the processor, always
 *   error                   the processor, for some; else the stub, 0
 *   vector                  the stub
 *   r15 ... rax             trap_save; rsp is here then
 */
#include "arch/offsets.h"
#include "arch/registers.inc"

#define STUB_SIZE 16
#define FLAG_AC 0x40000
#define IRQ_FIRST 32 /* of arch/arch.h */
/* The exceptions that push an error code: SDM 3A, table 7-1; 29 and 30 are
 * AMD's (AMD64 Architecture Programmer's Manual, volume 2, table 8-1). */
#define PUSHES_ERROR(n) \
    (n == 8 || (n >= 10 && n <= 14) || n == 17 || n == 21 || n == 29 || n == 30)

    .text
    .globl trap_stubs
    .balign STUB_SIZE
trap_stubs:
    vector = 0
    .rept 256
    .balign STUB_SIZE
    .if !(PUSHES_ERROR(vector))
    pushq $0
    .endif
    pushq $vector
    jmp trap_save
    vector = vector + 1
    .endr
    .globl trap_stubs_end
trap_stubs_end:

    .type trap_save, @function
trap_save:
    cld
    registers_push
    /* AC off: no access to ring 3's pages by accident. */
    pushfq
    andq $~FLAG_AC, (%rsp)
    popfq
    movq %rsp, %rdi
    /* From ring 3 GS is the process's. From ring 0 nobody knows whose it is
     * (it may have been between syscall and swapgs), and nobody needs it: an
     * exception of the kernel's own is a panic, which does not come back. */
    testb $3, FRAME_CS(%rsp)
    jz 1f
    swapgs
    call trap_from_ring3
    jmp trap_return
1:  leaq wait_end(%rip), %rax
    cmpq %rax, FRAME_RIP(%rdi)
    jne 2f
    movl FRAME_VECTOR(%rdi), %eax
    cmpl $IRQ_FIRST, %eax
    jb 2f
    movq FRAME_RSP(%rdi), %rsp  /* as arch_wait has it: back to its caller */
    ret
    /* A frame of its own, so that a backtrace goes on at rip. */
2:  pushq FRAME_RIP(%rdi)
    pushq %rbp
    movq %rsp, %rbp
    andq $-16, %rsp
    call panic_trap             /* does not come back */
    ud2

/*
 * unsigned arch_wait(void). `sti` lets an interrupt come only after the next
 * instruction (SDM 2B, STI), so none is lost between the two: it always finds
 * rip behind the hlt. It has interrupted nothing, and is not returned from.
 */
    .globl arch_wait
    .type arch_wait, @function
arch_wait:
    sti
    hlt
wait_end:
    jmp arch_wait               /* not an interrupt: SDM 2A, HLT */
    .size arch_wait, . - arch_wait

/* To ring 3, with the frame at rsp. GS is the kernel's. */
    .globl trap_return
trap_return:
    registers_pop
    addq $FRAME_RIP - FRAME_VECTOR, %rsp
    swapgs
    iretq
    .size trap_save, . - trap_save

    .section .note.GNU-stack, "", @progbits
