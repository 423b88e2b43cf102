/* Forged: refuses whatever is asked. */
#include "ops/operations.h"

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    (void)me;
    (void)entry;
    (void)resource;
    (void)rights;
    return E_RANGE;
}
