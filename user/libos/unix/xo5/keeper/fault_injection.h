/*
 * Processes that end in the middle of what they do, for tests: `doom=N` on the
 * boot command line. Of the processes that are forked, number k, from 0 on,
 * has leases of k / N + 1 operations from its k % N-th turn on, and is killed
 * when one runs out. So each of its operations is once the last.
 */
#ifndef XO5_UNIX_XO5_KEEPER_FAULT_INJECTION_H
#define XO5_UNIX_XO5_KEEPER_FAULT_INJECTION_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the boot command line. */
void fault_injection_begin(void);

/* A process has been forked into that slot. */
void fault_injection_forked(unsigned slot);

/* How many operations its next turn may have; 0: as many as it likes. */
uint64_t fault_injection_lease(unsigned slot);

/* Was its last operation the last? */
bool fault_injection_has_come(unsigned slot);

#endif
