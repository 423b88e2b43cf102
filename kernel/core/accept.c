/*
 * Acceptances. A process can be given something by one that may not edit its
 * tables, but only where it wants it: it leaves its word in the very entry
 * that is to be filled, saying who may (in which generation), with what kind
 * and level, and with what ceiling (abi/resources.h has the bits).
 *
 * P is 0 there, so to the processor the entry is as empty as any. An
 * acceptance serves once, because the entry that comes is stored over it.
 */
#include "core/accept.h"

enum error accept_posted(uint64_t me, uint64_t entry, uint64_t resource,
                         unsigned ceiling)
{
    const struct frame *r = &frames[resource];
    pte e = entry_load(entry);
    /* One comparison for all: giver, generation, kind and level are one
     * word. */
    if (!accept_is(e, accept_for(me, r->kind, r->level))) {
        return E_OWNER;
    }
    return rights_within(ceiling, accept_ceiling(e)) ? OK : E_RIGHTS;
}

enum error accept_update(uint64_t me, uint64_t entry, uint64_t word,
                         uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES;
    pte e = entry_load(entry);
    if (frames[table].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (!process_edits(me, table)) {
        return E_OWNER;
    }
    if (!accept_valid(word) ||
        (rights == RIGHTS_NONE ? !accept_is(e, word) : !rights_valid(rights))) {
        return E_MATCH;
    }
    /* A second one would change the terms for a giver that has read the
     * first. */
    if (rights != RIGHTS_NONE && e.bits != 0) {
        return E_BUSY;
    }
    pte posted = {0};
    if (rights != RIGHTS_NONE) {
        posted = accept_make(word, rights_ceiling(rights));
    }
    /* No flush: a processor remembers nothing of an entry without P. */
    entry_store(entry, posted);
    return OK;
}
