/*
 * The last sharer of a page that its owner gave back may keep it.
 *
 * After a fork two processes hold one page, read-only, and one of them owns
 * it. If the owner lets go first, the other is left with a page that is its
 * alone, and that it still may not write. Copying what nobody else reads would
 * be a waste, and so it may claim the page: the charge moves, and no byte
 * does.
 *
 * The entry that the claimer shows is the last one if refs says 1: nothing has
 * to be searched for.
 */
#include "core/claim.h"

#include "core/link.h"
#include "core/process.h"

enum error claim_check(uint64_t me, uint64_t frame, uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    if (frames[table].kind != KIND_TABLE || !process_edits(me, table)) {
        return E_OWNER;
    }
    if (!link_holds(entry_load(entry), frame)) {
        return E_MATCH;
    }
    /* Then its owner still wants it. */
    if (!(frames[frame].flags & FRAME_GIVEN)) {
        return E_GIVEN;
    }
    return frames[frame].refs == 1 ? OK : E_SHARED;
}
