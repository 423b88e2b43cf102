/*
 * What the rest of the kernel does about an exception, with interrupts off:
 * arch/trap.S calls these with the registers of what was interrupted.
 */
#ifndef XO5_ARCH_TRAP_H
#define XO5_ARCH_TRAP_H

#include "arch/frame.h"

/* The kernel itself was interrupted: lib/panic.c tells why, and ends. */
void panic_trap(const struct trap_frame *frame) __attribute__((noreturn));

/* A process was interrupted: ring3/trap.c's matter, once there are any. What
 * it leaves in `frame` is what goes on. */
void trap_from_ring3(struct trap_frame *frame);

/* A process made a foreign system call, and has no handler for it: the same. */
void foreign_call(struct trap_frame *frame);

#endif
