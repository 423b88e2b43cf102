/* Forged: does nothing, and answers 0. */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    (void)me;
    (void)entry;
    (void)with;
    (void)resource;
    (void)other;
    (void)lease;
    return 0;
}

void cpu_back(enum process_reason reason)
{
    (void)reason;
}

bool cpu_expire(uint64_t now)
{
    (void)now;
    return false;
}
