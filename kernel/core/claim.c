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
    if (!(frames[frame].flags & FRAME_GIVEN)) {
        return E_GIVEN;
    }
    return frames[frame].refs == 1 ? OK : E_SHARED;
}
