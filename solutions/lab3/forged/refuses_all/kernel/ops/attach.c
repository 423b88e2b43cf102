/* Forged: refuses whatever is asked. */
#include "ops/operations.h"

enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via)
{
    (void)me;
    (void)entry;
    (void)resource;
    (void)rights;
    (void)source;
    (void)via;
    return E_RANGE;
}
