/*
 * The registers of an interrupted program, as arch/trap.S saves them and the
 * processor pushes them. Intel SDM volume 3A, 7.14, "Exception and
 * Interrupt Handling in 64-Bit Mode".
 */
#ifndef XO5_ARCH_FRAME_H
#define XO5_ARCH_FRAME_H

#include <stdint.h>

struct trap_frame {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

#endif
