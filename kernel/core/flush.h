/*
 * Stale translations. A processor keeps what it once read in its tables
 * (SDM 3A, 5.10, "Caching Translation Information"), and the kernel knows
 * entries, not addresses: a subtree is seen at many addresses. So every loss
 * of rights forgets all translations, on every processor, by a load of CR3.
 * A gain needs no flush: 5.10.4.3, "Optional Invalidation".
 */
#ifndef XO5_CORE_FLUSH_H
#define XO5_CORE_FLUSH_H

#include "lib/types.h"

/*
 * Called after an entry was changed from `before` to `after`: forgets what
 * processors may still know of `before`, if it allowed anything that `after`
 * does not: another frame, or a table where a large page was or the other way
 * round; W, X, or being there at all. Reloads this
 * processor's tables, and shoots the others' down (core/shootdown.h). Where
 * nothing was lost, nothing is done.
 */
void flush_change(pte before, pte after);

#endif
