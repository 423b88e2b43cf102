/*
 * What a process left to others: pages and tables that are its own and that
 * it holds no more, while a process that it forked, or that forked it, still
 * does. They are given back when nobody holds them.
 */
#ifndef XO5_UNIX_XO5_PERSONALITY_RECLAIM_H
#define XO5_UNIX_XO5_PERSONALITY_RECLAIM_H

#include <stdbool.h>

#include "libos/unix/xo5/personality/space.h"

/* The process holds that page no more: given back now or later if it is its
 * own. */
void reclaim_page(struct address_space *s, uint64_t frame);

/* One table less holds that one: when it was the last, the same for it and
 * for all beneath it. */
void reclaim_table(struct address_space *s, uint32_t index);

/* Gives back what nobody has any more; true if there was something. */
bool reclaim_sweep(struct address_space *s);

#endif
