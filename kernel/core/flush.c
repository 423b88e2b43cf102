/*
 * Exercise 3.3. Stale translations.
 */
#include "core/flush.h"

#include "arch/arch.h"
#include "core/shootdown.h"

/* The bits that say where an entry leads; a table's too. */
#define PLACE (PTE_ADDRESS | PTE_PS | PTE_P)

void flush_change(pte before, pte after)
{
    /* What may not differ: the place; W that was there; NX that is now. */
    uint64_t kept = PLACE | (before.bits & PTE_W) | (after.bits & PTE_NX);
    if ((before.bits & PTE_P) && ((before.bits ^ after.bits) & kept)) {
        arch_flush();
        shootdown_all();
    }
}
