/*
 * What a process left to others: pages and tables that are its own and that
 * it holds no more, while a process that it forked, or that forked it, still
 * does. They are given back when nobody holds them.
 */
#ifndef XO5_UNIX_ORPHAN_H
#define XO5_UNIX_ORPHAN_H

#include <stdbool.h>

#include "libos/unix/xo5/space.h"

/* The process holds that page no more: given back now or later if it is its
 * own. */
void orphan_page(struct shadow *s, uint64_t frame);

/* One table less holds that one: when it was the last, the same for it and
 * for all beneath it. */
void orphan_table(struct shadow *s, uint32_t copy);

/* Gives back what nobody has any more; true if there was something. */
bool orphan_sweep(struct shadow *s);

#endif
