/*
 * Stale translations: what an entry allows as a set, and whether one set is
 * part of the other.
 */
#include "core/flush.h"

#include "abi/rights.h"
#include "arch/arch.h"
#include "core/shootdown.h"

static unsigned allowed(pte e)
{
    unsigned rights = RIGHT_R;
    if (!(e.bits & PTE_P)) {
        return 0;
    }
    if (e.bits & PTE_W) {
        rights |= RIGHT_W;
    }
    if (!(e.bits & PTE_NX)) {
        rights |= RIGHT_X;
    }
    return rights;
}

static bool leads_elsewhere(pte before, pte after)
{
    uint64_t place = PTE_ADDRESS | PTE_PS;
    return (before.bits & place) != (after.bits & place);
}

void flush_change(pte before, pte after)
{
    unsigned had = allowed(before);
    if (had == 0) {
        return;
    }
    if (leads_elsewhere(before, after) || (had & ~allowed(after)) != 0) {
        arch_flush();
        shootdown_all();
    }
}
