/*
 * attach: a resource into an empty entry.
 *
 * The pattern of all five operations: checks, flat, each with its own error,
 * in the order in which the header lists them; then stores that cannot fail.
 * What the checks look at the caller has named, so nothing is searched for:
 *
 *   may this entry be filled?       check_place, accept_check
 *   does the resource fit there?    check_fit
 *   may I pass it on?               process_owns, or check_source
 *
 * What I hold and do not own I pass on by showing an entry that holds it. That
 * entry is in a table that I may edit, or in a table that hangs in one:
 *
 *    a table I may edit           another's
 *   +----+-----+----+           +----+--------+----+
 *   |    | via |    | --------> |    | source |    | --------> resource
 *   +----+-----+----+           +----+--------+----+
 *
 * Both ceilings must have SHARE, and what may be passed on is what both allow.
 */
#include "core/accept.h"
#include "core/group.h"
#include "core/process.h"
#include "ops/operations.h"

/* May this entry be filled at all? */
static enum error check_place(uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    if (frames[table].kind != KIND_TABLE) {
        return E_KIND;
    }
    /* It only waits for the last entry that holds it to go: what is put there
     * now would be lost with it. */
    if (frames[table].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    /* Only P says that an entry is in use: an empty one may hold an
     * acceptance, at which accept_check looks next. */
    return entry_load(entry).bits & PTE_P ? E_BUSY : OK;
}

/* Does the resource fit there? */
static enum error check_fit(uint64_t entry, uint64_t resource, uint64_t rights)
{
    const struct frame *r = &frames[resource];
    if (r->kind != KIND_MEMORY && r->kind != KIND_TABLE &&
        r->kind != KIND_DEVICE) {
        return E_KIND;
    }
    if (r->flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    /* What gives the tables their shape: a table holds what is one level below
     * it. So no table can come to hang in itself. */
    if (frames[entry / TABLE_ENTRIES].level != r->level + 1) {
        return E_LEVEL;
    }
    return link_kind_allows(r->kind, rights) ? OK : E_RIGHTS;
}

/* May it be passed on, by an entry that I may edit or through `via`? */
static enum error check_source(uint64_t me, uint64_t resource, uint64_t rights,
                               uint64_t source, uint64_t via)
{
    uint64_t table = source / TABLE_ENTRIES;
    uint64_t mine = (via ? via : source) / TABLE_ENTRIES;
    /* SHARE is asked for always: without it not even R may be passed on. */
    unsigned passed, asked = rights_ceiling(rights) | RIGHT_SHARE;
    if (frames[mine].kind != KIND_TABLE || !process_edits(me, mine)) {
        return E_OWNER;
    }
    /* The caller says where it hangs; the kernel compares, and never
     * searches. */
    if (via && !link_holds(entry_load(via), table)) {
        return E_MATCH;
    }
    if (frames[table].kind != KIND_TABLE ||
        !link_holds(entry_load(source), resource)) {
        return E_MATCH;
    }
    /* The ceilings count, and not the rights: who has made an entry read-only
     * for a while may still pass on what it could have. */
    passed = link_ceiling(entry_load(source));
    if (via) {
        passed &= link_ceiling(entry_load(via));
    }
    return rights_within(asked, passed) ? OK : E_RIGHTS;
}

enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via)
{
    enum error error;
    if (entry >= ENTRIES_MAX) {
        return E_RANGE;
    }
    /* Such an entry stands for a process, and what it can be given is a
     * group. */
    if (process_is_directory(entry)) {
        return group_attach(me, entry % TABLE_ENTRIES, resource, rights);
    }
    if (resource >= FRAMES_MAX || source >= ENTRIES_MAX || via >= ENTRIES_MAX) {
        return E_RANGE;
    }
    if (!rights_valid(rights)) {
        return E_RIGHTS;
    }
    if ((error = check_place(entry)) ||
        (error = accept_check(me, entry, resource, rights_ceiling(rights))) ||
        (error = check_fit(entry, resource, rights))) {
        return error;
    }
    if (source) {
        error = check_source(me, resource, rights, source, via);
    } else if (!process_owns(me, resource)) {
        error = E_OWNER;
    }
    if (error) {
        return error;
    }
    /* 2^32 entries fit into 32 GiB of tables, so somebody can have them; and a
     * count that begins anew would free what is still held. */
    if (frames[resource].refs == UINT32_MAX) {
        return E_FULL;
    }
    /* The commit. Nothing is lost by it, so nothing is flushed. The entry
     * comes last: whoever sees it finds it counted. An acceptance that it held
     * is gone with it. */
    frames[entry / TABLE_ENTRIES].live++;
    frames[resource].refs++;
    entry_store(entry, link_make(resource, frames[resource].kind,
                                 frames[resource].level, rights));
    return OK;
}
