/*
 * `swap` of slot 0 with itself: hands the CPU to nobody. I keep it, and the
 * processor stops until an interrupt comes; an event is in my context; it is
 * `lease` by the time-stamp counter (0: however long that takes); or my own
 * lease is over. Whichever it was, the answer is OK.
 *   E_MATCH   resource is not my table; other is not RESOURCE_NONE
 * Called by whoever runs (ops/dispatch.c).
 */
#ifndef XO5_CORE_REST_H
#define XO5_CORE_REST_H

#include "core/books.h"
#include "core/tables.h"

/* True if a swap's two entries, `entry` and `with`, say so. */
static inline bool rest_is(uint64_t entry, uint64_t with)
{
    return entry == with && entry == entry_name(books.directory, SLOT_RUNNING);
}

enum error rest_hand(uint64_t me, uint64_t resource, uint64_t other,
                     uint64_t lease);

#endif
