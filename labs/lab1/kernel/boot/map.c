/*
 * Exercise 1.4. Ranges, with the largest pages that fit.
 */
#include "boot/map.h"

#include "lib/exercise.h"

unsigned map_level(vaddr va, paddr pa, uint64_t size)
{
    /* TODO 1: start with the largest page there is, and go down. */
    (void)va;
    (void)pa;
    (void)size;
    exercise_missing("1.4 (kernel/boot/map.c: map_level)");
}

enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how)
{
    /*
     * TODO 2: check alignment, then the span, in the order of enum map_error.
     * TODO 3: check that every entry that the range needs is empty.
     * TODO 4: only now write: piece by piece, each by the largest page.
     */
    (void)root;
    (void)range;
    (void)rights;
    (void)how;
    exercise_missing("1.4 (kernel/boot/map.c: map_range)");
}
