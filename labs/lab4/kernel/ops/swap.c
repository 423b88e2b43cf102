/*
 * Exercise 4.1. swap: a resource from one process's entry to another's.
 */
#include "core/accept.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/process.h"
#include "core/quota.h"
#include "lib/exercise.h"
#include "ops/operations.h"

enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease)
{
    /*
     * TODO 1: are both in range, and not the same? Two entries of the
     *         directory are cpu_hand's, which wants their slots.
     * TODO 2: check the two tables: kinds, given back, levels.
     * TODO 3: check that what `entry` holds may leave it.
     * TODO 4: check `with`: one way if it is to be empty, another if it has
     *         to give something.
     * TODO 5: check that both owners have room for what they get.
     * TODO 6: commit, in this order: what takes access away, the flush,
     *         what gives it. Whose is it now, and what is counted?
     */
    (void)me, (void)entry, (void)with, (void)resource, (void)other, (void)lease;
    exercise_missing("4.1 (kernel/ops/swap.c: op_swap)");
}
