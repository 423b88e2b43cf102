/* An alloc call, and the checks that more than one of its five things make. */
#ifndef XO5_MINE_ASKED_H
#define XO5_MINE_ASKED_H

#include "core/books.h"

struct asked {
    uint64_t me, frame, level, kind, owner;
};

/* E_RANGE, or OK. */
enum error asked_range(const struct asked *a);

/* OK if the resource is of that kind and of the level asked for; else E_KIND
 * or E_LEVEL. */
enum error asked_fits(const struct asked *a, uint64_t kind);

#endif
