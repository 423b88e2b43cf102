/*
 * One side of a swap: an entry, and all that is known of it.
 */
#ifndef MINE_SIDE_H
#define MINE_SIDE_H

#include "core/link.h"

struct side {
    uint64_t name;      /* the entry's */
    uint64_t table;     /* that it lies in */
    uint64_t owner;     /* of that table */
    uint64_t resource;  /* that it is said to hold, or RESOURCE_NONE */
    struct frame *page; /* that resource's record, if it is in range */
    pte held;           /* what it holds */
};

/* Looks at a side: its entry is in range, its table a TABLE. */
void side_look(struct side *side, uint64_t entry, uint64_t resource);

/* What a side gives can go: E_MATCH, E_GIVEN, E_OWNER, E_SHARED, E_VITAL. */
enum error side_gives(const struct side *side);

#endif
