/*
 * Exercise 2.3. create: an empty table of level D becomes a process.
 */
#include "core/process.h"
#include "core/quota.h"
#include "lib/exercise.h"
#include "ops/operations.h"

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    /*
     * TODO 1: the numbers: refuse what is out of range before you use it.
     * TODO 2: a slot in use: may I have its process from my child? Check,
     *         then process_adopt and quota_grant.
     * TODO 3: a free slot: is the table what it must be, and the context?
     * TODO 4: whose are they, and does anybody hold them already? There are
     *         counters for that in their records.
     * TODO 5: can I afford it (quota_covers)?
     * TODO 6: commit: process_link does the work, quota_grant the rest.
     */
    (void)me;
    (void)slot;
    (void)table;
    (void)context;
    (void)allowance;
    exercise_missing("2.3 (kernel/ops/create.c: op_create)");
}
