/*
 * Acceptances: how a process lets another give it something. Posted in an
 * empty entry (core/link.h draws it), used up by whoever fills it.
 */
#ifndef XO5_CORE_ACCEPT_H
#define XO5_CORE_ACCEPT_H

#include "core/link.h"
#include "core/process.h"

/* accept_check for a process that may not edit the entry's table. */
enum error accept_posted(uint64_t me, uint64_t entry, uint64_t resource,
                         unsigned ceiling);

/*
 * May `me` put the resource, with that ceiling, into this empty entry?
 * Because it may edit its table, or because of an acceptance there.
 *   E_OWNER   neither: no acceptance for me, my generation, the resource's
 *             kind and level
 *   E_RIGHTS  the ceiling is outside the acceptance's
 */
static inline enum error accept_check(uint64_t me, uint64_t entry,
                                      uint64_t resource, unsigned ceiling)
{
    return process_edits(me, entry / TABLE_ENTRIES)
               ? OK
               : accept_posted(me, entry, resource, ceiling);
}

/* `update` on an empty entry of a TABLE: posts, or withdraws (RIGHTS_NONE),
 * the acceptance `word`. The errors are op_update's (ops/operations.h). */
enum error accept_update(uint64_t me, uint64_t entry, uint64_t word,
                         uint64_t rights);

#endif
