/* Forged: does nothing, and answers 0. */
#include "core/accept.h"
#include "core/flush.h"
#include "core/group.h"
#include "core/notice.h"
#include "core/process.h"
#include "core/vital.h"
#include "ops/operations.h"

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    (void)me;
    (void)entry;
    (void)resource;
    (void)rights;
    return 0;
}
