/*
 * Processes that end in the middle of what they do, for tests: `doom=N` on the
 * boot command line. Of the processes that are forked, number k, from 0 on,
 * has leases of k / N + 1 steps from its k % N-th turn on, and is killed when
 * one runs out. So whatever it does is once the last.
 */
#ifndef XO5_UNIX_XO5_KEEPER_FAULT_INJECTION_H
#define XO5_UNIX_XO5_KEEPER_FAULT_INJECTION_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the boot command line. */
void fault_injection_begin(void);

/* A process has been forked into that slot. */
void fault_injection_forked(unsigned slot);

/* How many ticks its next turn may last, and then it is killed; 0: it is not
 * doomed. */
uint64_t fault_injection_lease(unsigned slot);

#endif
