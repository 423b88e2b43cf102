/* The timer of whoever runs, and what it says. The books' part of a lease is
 * core/cpu.h's. */
#ifndef XO5_RING3_LEASE_H
#define XO5_RING3_LEASE_H

#include "arch/arch.h"

/* Sets the timer for the process that runs, which has just been given the CPU:
 * to the notice that it wants of its lease's end (abi/context.h), or to the
 * end. Without a lease it does not go off. */
void lease_start(void);

/* The timer went off: gives it notice, or takes the CPU. `frame` are its
 * registers, and afterwards those of whoever has the CPU then. */
void lease_tick(struct trap_frame *frame);

/* Stops the processor until whoever runs has something to do, as it asked for
 * by core/rest.h, or its lease is over. */
void lease_rest(void);

#endif
