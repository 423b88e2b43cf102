/*
 * Pools of records of one size, in pages that are taken when the others are
 * full and given back when they are empty. A record is named by a number that
 * is never 0, the page's place in the pool and the record's place in the page:
 *
 *     31            8 7        0
 *    |     page      |  record  |
 */
#ifndef XO5_UNIX_KEEPER_RECORD_POOL_H
#define XO5_UNIX_KEEPER_RECORD_POOL_H

#include <stdint.h>

#include "libos/unix/keeper/record/machine.h"

#define POOL_PAGES 4096
#define POOL_TABLE 1024 /* page numbers in a page of them */

struct pool {
    uint32_t size;  /* of a record: a multiple of 4; of 8 with words of 8 */
    uint32_t limit; /* how many there may be */
    uint32_t used;
    uint32_t tables[POOL_PAGES / POOL_TABLE]; /* pages that hold the numbers */
    uint64_t room[POOL_PAGES / 64];           /* pages with a free record */
    uint64_t there[POOL_PAGES / 64];          /* pages that there are */
};

/* An empty pool. */
void pool_begin(struct pool *pool, uint32_t size, uint32_t limit);

/* A record of zeros; 0 if the limit is reached or no page is left. */
uint32_t pool_take(struct pool *pool);

/* Gives that record back. */
void pool_give(struct pool *pool, uint32_t record);

/* Where that record is, which must have been taken. */
void *pool_at(const struct pool *pool, uint32_t record);

#endif
