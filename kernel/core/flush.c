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
    uint64_t moved = (before.bits ^ after.bits) & PLACE;
    uint64_t less_written = before.bits & ~after.bits & PTE_W;
    uint64_t less_run = after.bits & ~before.bits & PTE_NX;
    if ((before.bits & PTE_P) && (moved | less_written | less_run)) {
        arch_flush();
        shootdown_all();
    }
}
