/* The operations that have not arrived: core/later.c says how this works. */
#include "core/later.h"
#include "ops/operations.h"

LATER(2, enum error op_create(uint64_t slot, uint64_t table, uint64_t context,
                              uint64_t allowance))
{
    (void)slot, (void)table, (void)context, (void)allowance;
    return E_LATER;
}

LATER(2, enum error op_alloc(uint64_t frame, uint64_t level, uint64_t kind,
                             uint64_t owner))
{
    (void)frame, (void)level, (void)kind, (void)owner;
    return E_LATER;
}

LATER(3, enum error op_attach(uint64_t entry, uint64_t resource,
                              uint64_t rights, uint64_t source))
{
    (void)entry, (void)resource, (void)rights, (void)source;
    return E_LATER;
}

LATER(3,
      enum error op_update(uint64_t entry, uint64_t resource, uint64_t rights))
{
    (void)entry, (void)resource, (void)rights;
    return E_LATER;
}

LATER(4, enum error op_swap(uint64_t entry, uint64_t with, uint64_t resource,
                            uint64_t other))
{
    (void)entry, (void)with, (void)resource, (void)other;
    return E_LATER;
}
