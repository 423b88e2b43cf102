/* Forged: does nothing, and answers 0. */
#include "core/claim.h"
#include "core/frame.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"
#include "ops/operations.h"

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    (void)me;
    (void)frame;
    (void)level;
    (void)kind;
    (void)owner;
    return 0;
}
