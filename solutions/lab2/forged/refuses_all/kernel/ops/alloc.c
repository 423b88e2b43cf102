/* Forged: refuses whatever is asked. */
#include "ops/operations.h"

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    (void)me;
    (void)frame;
    (void)level;
    (void)kind;
    (void)owner;
    return E_RANGE;
}
