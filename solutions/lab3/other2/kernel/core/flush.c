/*
 * Stale translations: both words are turned around so that each bit of them
 * allows something; then a loss is a bit that went.
 */
#include "core/flush.h"

#include "arch/arch.h"
#include "core/shootdown.h"

#define ALLOWS (PTE_P | PTE_W | PTE_NX)

static uint64_t allowing(pte e)
{
    return (e.bits ^ PTE_NX) & ALLOWS;
}

void flush_change(pte before, pte after)
{
    uint64_t elsewhere = (before.bits ^ after.bits) & (PTE_ADDRESS | PTE_PS);
    uint64_t lost = allowing(before) & ~allowing(after);
    if (!(before.bits & PTE_P) || !(lost | elsewhere)) {
        return;
    }
    arch_flush();
    shootdown_all();
}
