/*
 * update: a table says what each role may do.
 */
#include "../../mine/role.h"

#include "core/accept.h"
#include "core/flush.h"
#include "core/group.h"
#include "core/notice.h"
#include "core/vital.h"
#include "ops/operations.h"

/* How far rights and ceiling may go. */
enum limit { NOWHERE, TO_RIGHTS, TO_CEILING, ANYWHERE };

static const struct {
    enum limit rights, ceiling;
} limits[ROLES] = {
    [NOBODY] = {NOWHERE, NOWHERE},
    [EDITOR] = {TO_CEILING, TO_CEILING},
    [OWNER] = {TO_RIGHTS, TO_CEILING},
    [BOTH] = {ANYWHERE, ANYWHERE},
};

static unsigned limit_of(enum limit limit, pte e)
{
    switch (limit) {
    case TO_RIGHTS:
        return entry_rights(e);
    case TO_CEILING:
        return link_ceiling(e);
    case ANYWHERE:
        return RIGHTS_RWX | RIGHT_SHARE;
    default:
        return 0;
    }
}

static enum error change(uint64_t me, uint64_t entry, pte e, uint64_t resource,
                         uint64_t rights, enum role role)
{
    uint64_t table = entry / TABLE_ENTRIES, owner = frames[table].owner;
    bool less = !rights_within(entry_rights(e), rights_now(rights));
    unsigned now = limit_of(limits[role].rights, e);
    unsigned top = limit_of(limits[role].ceiling, e);
    if (less && owner == frames[resource].owner &&
        vital_forbids(me, resource)) {
        return E_VITAL;
    }
    if (!rights_within(rights_now(rights), now) ||
        !rights_within(rights_ceiling(rights), top)) {
        return E_RIGHTS;
    }
    if (!link_kind_allows(frames[resource].kind, rights)) {
        return E_RIGHTS;
    }
    entry_store(entry, link_with(e, rights));
    flush_change(e, entry_load(entry));
    if (less && owner != me) {
        notice_taken(owner, entry);
    }
    if (rights == RIGHTS_NONE) {
        frames[table].live--;
        process_unref(resource);
    }
    return OK;
}

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES, i = entry % TABLE_ENTRIES;
    enum role role;
    pte e;
    if (entry >= ENTRIES_MAX) {
        return E_RANGE;
    }
    if (table == books.directory && group_is(resource)) {
        return group_update(me, i, resource, rights);
    }
    if (table == books.directory) {
        return process_update(me, i, resource, rights);
    }
    if (rights && !rights_valid(rights) && !notice_valid(rights)) {
        return E_RIGHTS;
    }
    if (frames[table].kind != KIND_TABLE) {
        return E_KIND;
    }
    e = entry_load(entry);
    if (!(e.bits & PTE_P)) {
        return accept_update(me, entry, resource, rights);
    }
    if (!link_holds(e, resource)) {
        return E_MATCH;
    }
    role = role_of(me, table, resource);
    if (role == NOBODY) {
        return E_OWNER;
    }
    return notice_valid(rights) ? notice_update(me, entry, resource, rights)
                                : change(me, entry, e, resource, rights, role);
}
