/* Forged: refuses whatever is asked. */
#include "ops/operations.h"

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    (void)me;
    (void)slot;
    (void)table;
    (void)context;
    (void)allowance;
    return E_RANGE;
}
