/* Many operations by one system call. */
#ifndef XO5_OPS_BATCH_H
#define XO5_OPS_BATCH_H

#include <stdint.h>

/*
 * Runs the operations of `me` that lie in its context, batch_count of them,
 * BATCH_MAX at most, each word copied once. Each is checked and committed by
 * itself; the first that does not answer OK is the last to run, and so is one
 * that hands over the CPU. Returns the last answer in the low half and in
 * the high half how many answered OK. OK and 0 for an empty batch; E_RANGE
 * for one that is too long.
 */
uint64_t batch_run(uint64_t me);

#endif
