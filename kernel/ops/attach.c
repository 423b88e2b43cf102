/*
 * attach: a resource into an empty entry.
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
    if (frames[table].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
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
    unsigned passed, asked = rights_ceiling(rights) | RIGHT_SHARE;
    if (frames[mine].kind != KIND_TABLE || !process_edits(me, mine)) {
        return E_OWNER;
    }
    if (via && !link_holds(entry_load(via), table)) {
        return E_MATCH;
    }
    if (frames[table].kind != KIND_TABLE ||
        !link_holds(entry_load(source), resource)) {
        return E_MATCH;
    }
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
    if (frames[resource].refs == UINT32_MAX) {
        return E_FULL;
    }
    frames[entry / TABLE_ENTRIES].live++;
    frames[resource].refs++;
    entry_store(entry, link_make(resource, frames[resource].kind,
                                 frames[resource].level, rights));
    return OK;
}
