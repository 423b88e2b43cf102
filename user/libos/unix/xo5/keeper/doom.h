/*
 * Processes that end in the middle of what they do, for tests: `doom=N` on the
 * boot command line. Of the processes that are forked, number k, from 0 on,
 * has leases of k / N + 1 operations from its k % N-th turn on, and is killed
 * when one runs out. So each of its operations is once the last.
 */
#ifndef XO5_KEEPER_DOOM_H
#define XO5_KEEPER_DOOM_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the boot command line. */
void doom_begin(void);

/* A process has been forked into that slot. */
void doom_forked(unsigned slot);

/* How many operations its next turn may have; 0: as many as it likes. */
uint64_t doom_lease(unsigned slot);

/* Was its last operation the last? */
bool doom_has_come(unsigned slot);

#endif
