/*
 * What the rest of the kernel does about an exception. Both are called with
 * interrupts off and may not come back.
 */
#ifndef XO5_ARCH_TRAP_H
#define XO5_ARCH_TRAP_H

#include "arch/frame.h"

/* arch/trap.S calls this with the registers of what was interrupted. */
void trap_enter(const struct trap_frame *frame) __attribute__((noreturn));

/* The kernel itself was interrupted: core/main.c panics. */
void trap_from_kernel(const struct trap_frame *frame) __attribute__((noreturn));

/* A process was interrupted: core/enter.c's matter, once there are any. */
void trap_from_ring3(const struct trap_frame *frame) __attribute__((noreturn));

#endif
