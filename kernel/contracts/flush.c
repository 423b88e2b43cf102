/*
 * core/flush.h's contract. Whether a processor has forgotten cannot be asked;
 * it shows. There is a page that only this file looks at, and before each call
 * its entry is made to lead to another frame, behind the processor's back:
 *
 *     look          the processor remembers      canary -> frame 0
 *     store         the entry says               canary -> frame 1
 *     flush_change  forgets, if anything is lost
 *     look          frame 1; or, if it has not,  frame 0
 *
 * A processor may forget by itself, so a look at the new frame proves nothing;
 * but one at the old one is a fault, and QEMU remembers well.
 */
#include "contracts/contract.h"
#include "core/flush.h"

/* What the entry allowed: its rights and where it led. Of one without P
 * nothing. */
static bool loses(pte before, pte after)
{
    uint64_t place = PTE_ADDRESS | PTE_PS;
    if (!(before.bits & PTE_P)) {
        return false;
    }
    return !(after.bits & PTE_P) ||
           (before.bits & place) != (after.bits & place) ||
           ((before.bits & PTE_W) && !(after.bits & PTE_W)) ||
           (!(before.bits & PTE_NX) && (after.bits & PTE_NX));
}

/* Looks at the canary, and turns it: which frame it leads to then. */
static uint64_t canary_turn(void)
{
    static uint64_t now;
    (void)*canary.at;
    now = !now;
    pte e = entry_load(canary.entry);
    e.bits = (e.bits & ~PTE_ADDRESS) | canary.frame[now] << PAGE_SHIFT;
    entry_store(canary.entry, e);
    return now;
}

CONTRACT(void, flush_change, pte before, pte after)
{
    uint64_t now = canary.at ? canary_turn() : 0;
    __real_flush_change(before, after);
    ASSERT(!canary.at || !loses(before, after) || *canary.at == now,
           "flush_change: forgets what the processor knows of `before`");
}
