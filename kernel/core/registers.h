/* The registers of an interrupted program, in a context (abi/context.h) and
 * in a trap frame (arch/frame.h): one word each, one store each. */
#ifndef XO5_CORE_REGISTERS_H
#define XO5_CORE_REGISTERS_H

#include "abi/context.h"
#include "arch/arch.h"

/* Saves the registers of `frame`, and what happened. */
static inline void registers_save(volatile struct registers *to,
                                  const struct trap_frame *frame,
                                  uint64_t address)
{
    to->rax = frame->rax;
    to->rbx = frame->rbx;
    to->rcx = frame->rcx;
    to->rdx = frame->rdx;
    to->rsi = frame->rsi;
    to->rdi = frame->rdi;
    to->rbp = frame->rbp;
    to->r8 = frame->r8;
    to->r9 = frame->r9;
    to->r10 = frame->r10;
    to->r11 = frame->r11;
    to->r12 = frame->r12;
    to->r13 = frame->r13;
    to->r14 = frame->r14;
    to->r15 = frame->r15;
    to->rip = frame->rip;
    to->rflags = frame->rflags;
    to->rsp = frame->rsp;
    to->vector = frame->vector;
    to->error = frame->error;
    to->address = address;
}

/* Loads them, all but rip and rsp, which must be checked. */
static inline void registers_load(struct trap_frame *frame,
                                  const volatile struct registers *from)
{
    frame->rax = from->rax;
    frame->rbx = from->rbx;
    frame->rcx = from->rcx;
    frame->rdx = from->rdx;
    frame->rsi = from->rsi;
    frame->rdi = from->rdi;
    frame->rbp = from->rbp;
    frame->r8 = from->r8;
    frame->r9 = from->r9;
    frame->r10 = from->r10;
    frame->r11 = from->r11;
    frame->r12 = from->r12;
    frame->r13 = from->r13;
    frame->r14 = from->r14;
    frame->r15 = from->r15;
    frame->rflags = from->rflags;
    frame->vector = from->vector;
    frame->error = from->error;
}

#endif
