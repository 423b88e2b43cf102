/* The kernel's one way to tell a process something at once. What a fault is:
 * SDM 3A, 7.5, "Exception Classifications", and each of them in 7.15; where
 * the process wants to be told of it: abi/context.h. */
#ifndef XO5_RING3_UPCALL_H
#define XO5_RING3_UPCALL_H

#include "lib/types.h"

#include "arch/arch.h"

/*
 * Delivers a fault or an event to the process: saves the registers of
 * `frame` in the `trap` area of its context with vector, error code and
 * `address`, sets the mask, and makes `frame` continue at `entry`, with
 * rdi = vector, rsi = error code, rdx = address, and rsp on the upcall
 * stack: at stack_high, or, if rsp is inside (stack_low, stack_high], 128
 * bytes below it; always a multiple of 16. The other general registers stay as
 * they are. Of rflags nothing is left but that interrupts are on: the
 * arithmetic flags, DF and TF are clear. Another process may write the context
 * at the same time: each word of it is read once.
 * Returns false, having changed nothing, if it cannot be delivered: entry is
 * 0 or outside user space, or upcalls are masked. rsp is the
 * handler's own problem: a stack that is not there faults, masked.
 */
bool upcall_deliver(uint64_t process, struct trap_frame *frame, uint64_t entry,
                    uint64_t address);

#endif
