/* What is to be seen in a state, for those who make calls. */
#ifndef XO5_SEARCH_SIGHT_H
#define XO5_SEARCH_SIGHT_H

#include "proof/search/menu.h"

struct sight {
    const struct world *w;
    struct menu tables, tops, lower; /* tables: all, of level D, others */
    struct menu pages, large;        /* MEMORY of level 1, of others */
    struct menu resources, dirty, free, covered;
    struct menu live, posted, empty; /* entries; empty: the first of a table */
    struct menu forged; /* words that look like entries, in memory */
};

/* The calls of process `me`: on entries, and on the directory. */
void calls_attach(const struct sight *s, uint64_t me, struct calls *calls);
void calls_update(const struct sight *s, uint64_t me, struct calls *calls);
void calls_swap(const struct sight *s, uint64_t me, struct calls *calls);
void calls_directory(const struct sight *s, uint64_t me, struct calls *calls);

#endif
