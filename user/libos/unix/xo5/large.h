/*
 * Superpages: pages of 2 MiB, for regions that fill. One takes the place of a
 * table in a directory: its copy's below[] says 0. Whoever needs a part of one
 * for itself (other rights, a hole) has it split into pages of 4 KiB first.
 */
#ifndef XO5_UNIX_LARGE_H
#define XO5_UNIX_LARGE_H

#include <stdbool.h>

#include "libos/unix/regions.h"
#include "libos/unix/xo5/space.h"

/* Is entry i of that directory a superpage? */
static inline bool large_is(const struct table *directory, unsigned i)
{
    return directory->level == 2 && directory->holds[i] != 0 &&
           directory->below[i] == 0;
}

/* Is the region large enough for large_fill? */
static inline bool large_may(const struct region *region)
{
    return region->end - region->start >= 2 * LIBOS_TABLE;
}

/* Fills the 2 MiB around va with zeros, if they are all in that region, empty,
 * and those before or behind them are nearly full. False: they are not, or
 * there is no such memory. */
bool large_fill(struct shadow *s, uint64_t va, const struct region *region);

/* Lets stores through to the superpage at va, or to a copy of it. False: there
 * is none, or no such memory. */
bool large_copy(struct shadow *s, uint64_t va);

/* Splits the superpage at va, in copy d, a directory of the process's own: the
 * copy of the table that is there then; 0: no memory, and it is as it was. */
uint32_t large_split(struct shadow *s, uint32_t d, uint64_t va);

#endif
