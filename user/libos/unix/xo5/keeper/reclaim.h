/*
 * What ended processes left to others: pages and tables that were theirs and
 * that a process forked from them, or from whom they were forked, still holds.
 * They are the keeper's from then on, until nobody holds them.
 */
#ifndef XO5_UNIX_XO5_KEEPER_RECLAIM_H
#define XO5_UNIX_XO5_KEEPER_RECLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/xo5/shadow.h"

/* A page or a table of the keeper's, or of a child that has ended: given back
 * if nobody holds it, else kept in mind. A table's entries are what the shadow
 * says. */
void reclaim_page(uint64_t frame);
void reclaim_table(const struct table *t);

/* All that a process owned that has ended: what is not given back is the
 * keeper's then. Looks at every frame: for one that lied in what it said. False
 * if there is too much of it to be kept in mind. */
bool reclaim_all(unsigned slot);

/* Gives back what nobody holds any more; how many pages and tables stay. */
unsigned reclaim_sweep(void);

#endif
