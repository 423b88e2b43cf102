/* Forged: flushes at every change, instead of when it is needed. */
#include "core/flush.h"

#include "arch/arch.h"
#include "core/shootdown.h"

void flush_change(pte before, pte after)
{
    (void)before;
    (void)after;
    arch_flush();
    shootdown_all();
}
