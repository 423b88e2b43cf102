/*
 * update: what an entry allows, and revocation.
 *
 * Two may change an entry: who may edit the table that it is in, and whose the
 * resource is that it holds. What each may do:
 *
 *                           rights            ceiling
 *   may edit the table      to the ceiling    lower
 *   owns the resource       lower             lower     in anybody's table
 *   both                    to the ceiling    raise
 *
 * So an owner takes back what hangs anywhere, and asks nobody; and nobody gets
 * more out of an entry than what it came with. A loss of rights is flushed
 * before anything is freed.
 *
 * In an empty entry there is nothing to change: there the call posts or
 * withdraws an acceptance. On the directory it ends a process, or takes a
 * group.
 */
#include "core/accept.h"
#include "core/flush.h"
#include "core/group.h"
#include "core/notice.h"
#include "core/process.h"
#include "core/vital.h"
#include "ops/operations.h"

/* On a directory entry: a group's, or the process's own. */
static enum error update_process(uint64_t me, uint64_t slot, uint64_t resource,
                                 uint64_t rights)
{
    if (group_is(resource)) {
        return group_update(me, slot, resource, rights);
    }
    return process_update(me, slot, resource, rights);
}

/* May I set these rights on the entry, which is `e` now? */
static enum error check_rights(uint64_t me, uint64_t table, pte e,
                               uint64_t resource, uint64_t rights)
{
    unsigned most = RIGHTS_RWX | RIGHT_SHARE, now = most;
    /* A vital page keeps what it has in its owner's tables; elsewhere it is
     * like any. */
    if (vital_forbids(me, resource) &&
        frames[table].owner == frames[resource].owner &&
        !rights_within(entry_rights(e), rights_now(rights))) {
        return E_VITAL;
    }
    if (!process_edits(me, table)) {
        most = link_ceiling(e);
        now = entry_rights(e);
    } else if (!process_owns(me, resource)) {
        most = link_ceiling(e);
    }
    if (!rights_within(rights_ceiling(rights), most) ||
        !rights_within(rights_now(rights), now) ||
        !link_kind_allows(frames[resource].kind, rights)) {
        return E_RIGHTS;
    }
    return OK;
}

/* The stores that lose access, the flush, and only then the freeing: what is
 * free is anybody's. Revocation is visible: who loses by it reads so in its
 * context, when it runs. */
static void commit(uint64_t me, uint64_t entry, pte before, uint64_t resource,
                   uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES;
    pte after = link_with(before, rights);
    entry_store(entry, after);
    flush_change(before, after);
    if (frames[table].owner != me &&
        !rights_within(entry_rights(before), entry_rights(after))) {
        notice_taken(frames[table].owner, entry);
    }
    if (rights == RIGHTS_NONE) {
        frames[table].live--;
        process_unref(resource);
    }
}

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES;
    if (entry >= ENTRIES_MAX) {
        return E_RANGE;
    }
    if (process_is_directory(entry)) {
        return update_process(me, entry % TABLE_ENTRIES, resource, rights);
    }
    if (rights != RIGHTS_NONE && !rights_valid(rights) &&
        !notice_valid(rights)) {
        return E_RIGHTS;
    }
    if (frames[table].kind != KIND_TABLE) {
        return E_KIND;
    }
    pte e = entry_load(entry);
    /* Then `resource` is an acceptance, and no frame. */
    if (!(e.bits & PTE_P)) {
        return accept_update(me, entry, resource, rights);
    }
    /* If somebody was faster, this is an error and not another page's loss. */
    if (!link_holds(e, resource)) {
        return E_MATCH;
    }
    if (!process_edits(me, table) && !process_owns(me, resource)) {
        return E_OWNER;
    }
    if (notice_valid(rights)) {
        return notice_update(me, entry, resource, rights);
    }
    enum error error = check_rights(me, table, e, resource, rights);
    if (!error) {
        commit(me, entry, e, resource, rights);
    }
    return error;
}
