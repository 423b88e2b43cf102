#include "core/accept.h"

enum error accept_posted(uint64_t me, uint64_t entry, uint64_t resource,
                         unsigned ceiling)
{
    const struct frame *r = &frames[resource];
    pte e = entry_load(entry);
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
    if (rights != RIGHTS_NONE && e.bits != 0) {
        return E_BUSY;
    }
    pte posted = {0};
    if (rights != RIGHTS_NONE) {
        posted = accept_make(word, rights_ceiling(rights));
    }
    entry_store(entry, posted);
    return OK;
}
