/*
 * A fork, apart from the keeper's part of it. Before: replaced tables that
 * nobody else has any more come back into their places, or each generation
 * would add to the chains. After, in the child: the shadow is a copy of the
 * parent's, and what was to be reclaimed there is the parent's business; tables
 * without a user here are forgotten.
 */
#include "libos/unix/xo5/personality/fork.h"

#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/reclaim.h"
#include "libos/unix/xo5/personality/replaced.h"

void fork_merge(struct address_space *s)
{
    const uint64_t *roots = s->table[SPACE_ROOT].some;
    for (unsigned k = table_next(roots, 0); k < REPLACED_INDEX;
         k = table_next(roots, k + 1)) {
        uint32_t d = s->table[SPACE_ROOT].below[k];
        if (!(s->table[SPACE_ROOT].shadows[k] & SHADOW_W)) {
            continue; /* shared as a whole: nothing was replaced there since */
        }
        const uint64_t *some = s->table[d].some;
        for (unsigned i = table_next(some, 0); i < TABLE_ENTRIES;
             i = table_next(some, i + 1)) {
            uint32_t old = s->table[s->table[d].below[i]].old;
            if (s->table[d].shadows[i] & SHADOW_W && old != 0 &&
                table_is_only_mine(s, s->table[old].frame)) {
                replaced_merge(s, d, i);
            }
        }
    }
}

void fork_inherit(struct address_space *s, uint64_t slot)
{
    s->slot = slot;
    s->deferred_count = 0;
    for (uint32_t n = SPACE_ROOT; n <= s->tables; n++) {
        if (s->table[n].frame != 0 && s->table[n].uses == 0) {
            s->table[n].uses = 1; /* which reclaim_table takes away */
            reclaim_table(s, n);
        }
    }
}
