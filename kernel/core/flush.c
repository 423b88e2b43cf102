/*
 * Exercise 3.3. Stale translations.
 *
 * A processor goes on with what it once read until it is told to forget it.
 * So:
 *
 *   the entry        a stale translation would    so
 *   P to not P       lead to what was there       flush
 *   another frame    lead to the old one          flush
 *   W is lost        let it be written            flush
 *   NX comes         let it be run                flush
 *   more rights      refuse, and fault once       nothing
 *   A, D, ceiling    make no difference           nothing
 *
 * The entry may hang at many addresses, in tables that many processes share,
 * and the kernel does not know them. So all is forgotten, by one load of CR3;
 * that is enough because no entry is global.
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
    /* Of an entry without P nothing was ever remembered. */
    if ((before.bits & PTE_P) && (moved | less_written | less_run)) {
        arch_flush();
        shootdown_all();
    }
}
