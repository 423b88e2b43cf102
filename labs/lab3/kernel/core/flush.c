/*
 * Exercise 3.3. Stale translations.
 */
#include "core/flush.h"

#include "arch/arch.h"
#include "core/shootdown.h"
#include "lib/exercise.h"

void flush_change(pte before, pte after)
{
    /*
     * TODO 1: was anything there before? What was not there is remembered by
     *         no processor.
     * TODO 2: is anything lost: another place, or a right less? Mind which
     *         of the bits allow, and which forbid.
     * TODO 3: if so, and only then: this processor, and the others.
     */
    (void)before, (void)after;
    exercise_missing("3.3 (kernel/core/flush.c: flush_change)");
}
