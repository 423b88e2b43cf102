/*
 * Common tables: tables of pages of files, each made once for all processes
 * that map the same ranges of the same content, and the keeper's. Nobody can
 * store to what one holds, or change it. One that nobody has any more waits
 * for the next who asks, until its place or its memory is needed.
 */
#ifndef XO5_UNIX_XO5_KEEPER_SHARED_TABLE_H
#define XO5_UNIX_XO5_KEEPER_SHARED_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/shadow.h"

/* Pages of a file in a row. `number` is one keeper_mapped was asked for. */
struct shared_range {
    uint64_t version; /* keeper_mapped's */
    uint32_t number;
    uint32_t first; /* page of the file */
    uint16_t at;    /* in the table; at + count is 512 at most */
    uint16_t count;
    uint32_t rights; /* RIGHT_R, RIGHT_X */
};

/* The table that has those ranges: its frame, and in the link what LINK_TABLE
 * says of it. 0: no memory, or there are too many tables. */
uint64_t shared_table_get(const struct shared_range *ranges, unsigned count,
                          struct link *link);

/* A process has ended that had the common table in that frame, if it is one,
 * and `own` of its own in its place: what it took into that tells which pages
 * are likely to be touched. */
void shared_table_learn(uint64_t frame, const struct table *own);

/* Gives back all that nobody has; false if there is none. */
bool shared_table_sweep(void);

#endif
