/* The operations that have not arrived: core/later.h says how this works. */
#include "core/later.h"
#include "ops/operations.h"

LATER(2, enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                              uint64_t context, uint64_t allowance))
{
    (void)me, (void)slot, (void)table, (void)context, (void)allowance;
    return E_LATER;
}

LATER(2, enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level,
                             uint64_t kind, uint64_t owner))
{
    (void)me, (void)frame, (void)level, (void)kind, (void)owner;
    return E_LATER;
}

LATER(3, enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                              uint64_t rights, uint64_t source, uint64_t via))
{
    (void)me, (void)entry, (void)resource, (void)rights, (void)source;
    (void)via;
    return E_LATER;
}

LATER(3, enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                              uint64_t rights))
{
    (void)me, (void)entry, (void)resource, (void)rights;
    return E_LATER;
}

LATER(4, enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                            uint64_t resource, uint64_t other, uint64_t lease))
{
    (void)me, (void)entry, (void)with, (void)resource, (void)other;
    (void)lease;
    return E_LATER;
}
