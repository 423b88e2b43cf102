/*
 * Exercise 5.1. The pager: memory comes when it is touched.
 */
#include "libos/min/pager.h"

#include "libos/min/abi.h"
#include "libos/min/exercise.h"
#include "libos/min/fork.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

int pager_fault(uint64_t va, unsigned needs)
{
    /*
     * TODO 1: the region that the address is in. If there is none, does the
     *         stack grow to it?
     * TODO 2: does the region allow what is needed?
     * TODO 3: the table of pages for the address: space_reach.
     * TODO 4: if its entry is empty, attach what the region says: a page of
     *         the image, or one of zeros.
     * TODO 5: is a store needed, and not let through? Then fork_page.
     */
    (void)va;
    (void)needs;
    exercise_missing("5.1 (user/libos/min/pager.c: pager_fault)");
}

uint64_t pager_brk(uint64_t end)
{
    /* TODO 6: check, take away what is no longer in the heap, commit. */
    (void)end;
    exercise_missing("5.1 (user/libos/min/pager.c: pager_brk)");
}
