#include "path.h"

#include "core/process.h"

/* True if the entry lies in a table and holds that; narrows the ceiling. */
static bool step(uint64_t entry, uint64_t holds, unsigned *ceiling)
{
    pte e;
    if (frames[entry / TABLE_ENTRIES].kind != KIND_TABLE) {
        return false;
    }
    e = entry_load(entry);
    *ceiling &= link_ceiling(e);
    return link_holds(e, holds);
}

enum error path_follow(uint64_t me, struct path path, uint64_t resource,
                       unsigned *ceiling)
{
    uint64_t table = path.first / TABLE_ENTRIES;
    uint64_t next = path.second ? path.second / TABLE_ENTRIES : resource;
    *ceiling = RIGHTS_RWX | RIGHT_SHARE;
    if (frames[table].kind != KIND_TABLE || !process_edits(me, table)) {
        return E_OWNER;
    }
    if (!step(path.first, next, ceiling)) {
        return E_MATCH;
    }
    if (path.second && !step(path.second, resource, ceiling)) {
        return E_MATCH;
    }
    return OK;
}
