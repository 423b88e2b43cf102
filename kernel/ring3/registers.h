/* The registers of an interrupted program, in a context (abi/context.h) and
 * in a trap frame (arch/frame.h). */
#ifndef XO5_RING3_REGISTERS_H
#define XO5_RING3_REGISTERS_H

#include <stddef.h>

#include "abi/context.h"
#include "arch/arch.h"

/* rax to r15 stand first in both, in the same order. */
#define GENERAL 15
_Static_assert(offsetof(struct registers, rip) == GENERAL * 8 &&
                   offsetof(struct trap_frame, vector) == GENERAL * 8,
               "rax to r15 come first");

/* Saves the registers of `frame`, and what happened. */
static inline void registers_save(volatile struct registers *to,
                                  const struct trap_frame *frame,
                                  uint64_t address)
{
    arch_copy((void *)to, frame, GENERAL);
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
    arch_copy(frame, (const void *)from, GENERAL);
    frame->rflags = from->rflags;
    frame->vector = from->vector;
    frame->error = from->error;
}

#endif
