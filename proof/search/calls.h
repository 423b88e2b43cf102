/*
 * The calls that are tried in a state: by every live process, every
 * operation, with all arguments that mean something there, and with one or
 * two that do not beside.
 *
 * Left out is what would only repeat another call under other numbers: of
 * the free frames of one extent that are alike, of the empty entries of one
 * table, and of slots that were never used, one is tried.
 */
#ifndef XO5_SEARCH_CALLS_H
#define XO5_SEARCH_CALLS_H

#include "proof/search/spec.h"

#define CALLS_MAX 65536

struct calls {
    unsigned count;
    struct call call[CALLS_MAX];
};

/* The same calls in the same order every time for the same state. */
void calls_make(const struct world *w, struct calls *calls);

#endif
