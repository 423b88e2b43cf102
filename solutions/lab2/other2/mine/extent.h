/* Counts of free records, by the unit that they are in. */
#ifndef XO5_MINE_EXTENT_H
#define XO5_MINE_EXTENT_H

#include <stdbool.h>
#include <stdint.h>

/* The record of this frame begins to say FREE; stops to say so. */
void extent_in(uint64_t frame);
void extent_out(uint64_t frame);

/* True if all of the unit of that level, 2 or 3, is free. */
bool extent_is_full(uint64_t frame, unsigned level);

#endif
