/*
 * update: what I am to an entry gives two bounds, one for each half of the
 * rights word, and the rest is one comparison.
 */
#include "core/accept.h"
#include "core/flush.h"
#include "core/group.h"
#include "core/notice.h"
#include "core/process.h"
#include "core/vital.h"
#include "ops/operations.h"

/* What I may at most make of an entry; 0 if I am nobody to it. */
static uint64_t bound_of(uint64_t me, uint64_t table, uint64_t resource, pte e)
{
    bool edits = process_edits(me, table), owns = process_owns(me, resource);
    unsigned all = RIGHTS_RWX | RIGHT_SHARE;
    if (edits && owns) {
        return RIGHTS(RIGHTS_RWX, all);
    }
    if (edits) {
        return RIGHTS(link_ceiling(e), link_ceiling(e));
    }
    return owns ? RIGHTS(entry_rights(e), link_ceiling(e)) : 0;
}

/* True if a vital page of somebody else's would lose something at home. */
static bool hurts(uint64_t me, uint64_t table, uint64_t resource, unsigned lost)
{
    return lost != 0 && vital_forbids(me, resource) &&
           frames[table].owner == frames[resource].owner;
}

static void detach(uint64_t table, uint64_t resource)
{
    frames[table].live--;
    process_unref(resource);
}

static enum error update_live(uint64_t me, uint64_t entry, pte before,
                              uint64_t resource, uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES, bound;
    unsigned lost = entry_rights(before) & ~rights_now(rights);
    pte after = link_with(before, rights);
    if (!link_holds(before, resource)) {
        return E_MATCH;
    }
    bound = bound_of(me, table, resource, before);
    if (bound == 0) {
        return E_OWNER;
    }
    if (notice_valid(rights)) {
        return notice_update(me, entry, resource, rights);
    }
    if (hurts(me, table, resource, lost)) {
        return E_VITAL;
    }
    if ((rights & ~bound) != 0 ||
        !link_kind_allows(frames[resource].kind, rights)) {
        return E_RIGHTS;
    }
    entry_store(entry, after);
    flush_change(before, after);
    if (rights == RIGHTS_NONE) {
        detach(table, resource);
    }
    if (lost && frames[table].owner != me) {
        notice_taken(frames[table].owner, entry);
    }
    return OK;
}

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    bool known =
        rights == RIGHTS_NONE || rights_valid(rights) || notice_valid(rights);
    pte e;
    if (entry >= ENTRIES_MAX) {
        return E_RANGE;
    }
    if (process_is_directory(entry)) {
        uint64_t slot = entry % TABLE_ENTRIES;
        return group_is(resource) ? group_update(me, slot, resource, rights)
                                  : process_update(me, slot, resource, rights);
    }
    if (!known) {
        return E_RIGHTS;
    }
    if (frames[entry / TABLE_ENTRIES].kind != KIND_TABLE) {
        return E_KIND;
    }
    e = entry_load(entry);
    return e.bits & PTE_P ? update_live(me, entry, e, resource, rights)
                          : accept_update(me, entry, resource, rights);
}
