/* Forged: does nothing, and answers 0. */
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    (void)me;
    (void)slot;
    (void)table;
    (void)context;
    (void)allowance;
    return 0;
}
