/* The way by which a process holds a resource: one entry, or an entry that
 * holds the table of another. */
#ifndef MINE_PATH_H
#define MINE_PATH_H

#include "core/link.h"

struct path {
    uint64_t first, second; /* entries; second is 0 if there is one only */
};

/*
 * Looks for the resource at the end of the path, and puts what all entries on
 * it allow to be passed on into *ceiling.
 *   E_OWNER  `me` may not edit the first entry's table
 *   E_MATCH  an entry does not hold what comes next
 */
enum error path_follow(uint64_t me, struct path path, uint64_t resource,
                       unsigned *ceiling);

#endif
