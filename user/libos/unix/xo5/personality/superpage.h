/*
 * Superpages: pages of 2 MiB, for regions that fill. One takes the place of a
 * table in a directory: its shadow's below[] says 0. Whoever needs a part of
 * one for itself (other rights, a hole) has it split into pages of 4 KiB first.
 */
#ifndef XO5_UNIX_XO5_PERSONALITY_SUPERPAGE_H
#define XO5_UNIX_XO5_PERSONALITY_SUPERPAGE_H

#include <stdbool.h>

#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/xo5/personality/space.h"
#include "libos/unix/xo5/shadow.h"

/* Is the region large enough for superpage_fill? */
static inline bool superpage_may(const struct region *region)
{
    return region->end - region->start >= 2 * LIBOS_TABLE;
}

/* Fills the 2 MiB around va with zeros, if they are all in that region, empty,
 * and those before or behind them are nearly full. False: they are not, or
 * there is no such memory. */
bool superpage_fill(struct address_space *s, uint64_t va,
                    const struct region *region);

/* Lets stores through to the superpage at va, or to a copy of it. False: there
 * is none, or no such memory. */
bool superpage_copy(struct address_space *s, uint64_t va);

/* Splits the superpage at va, in table d, a directory of the process's own: the
 * index of the table that is there then; 0: no memory, and it is as it was. */
uint32_t superpage_split(struct address_space *s, uint32_t d, uint64_t va);

#endif
