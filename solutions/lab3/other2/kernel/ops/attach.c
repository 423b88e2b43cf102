/*
 * attach: one way from the top to the bottom. Whatever I may pass on has a
 * ceiling; of what is mine it is everything.
 */
#include "core/accept.h"
#include "core/group.h"
#include "core/process.h"
#include "ops/operations.h"

#define EVERYTHING (RIGHTS_RWX | RIGHT_SHARE)

/* The entry, if it lies in a table; else an empty one. */
static pte entry_in_table(uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    return frames[table].kind == KIND_TABLE ? entry_load(entry) : (pte){0};
}

static bool may_edit(uint64_t me, uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    return frames[table].kind == KIND_TABLE && process_edits(me, table);
}

enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via)
{
    uint64_t table = entry / TABLE_ENTRIES;
    unsigned may = EVERYTHING, wanted = rights_ceiling(rights);
    enum error error;
    pte link, above;

    if (entry < ENTRIES_MAX && process_is_directory(entry)) {
        return group_attach(me, entry % TABLE_ENTRIES, resource, rights);
    }
    if (entry >= ENTRIES_MAX || source >= ENTRIES_MAX || via >= ENTRIES_MAX ||
        resource >= FRAMES_MAX) {
        return E_RANGE;
    }
    if (!rights_valid(rights)) {
        return E_RIGHTS;
    }

    /* The place. */
    if (frames[table].kind != KIND_TABLE) {
        return E_KIND;
    }
    if (frames[table].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (entry_load(entry).bits & PTE_P) {
        return E_BUSY;
    }
    error = accept_check(me, entry, resource, wanted);
    if (error) {
        return error;
    }

    /* The resource. */
    switch (frames[resource].kind) {
    case KIND_MEMORY:
    case KIND_TABLE:
    case KIND_DEVICE:
        break;
    default:
        return E_KIND;
    }
    if (frames[resource].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (frames[table].level - 1 != frames[resource].level) {
        return E_LEVEL;
    }
    if (!link_kind_allows(frames[resource].kind, rights)) {
        return E_RIGHTS;
    }

    /* My claim. */
    if (source == 0 ? !process_owns(me, resource)
                    : !may_edit(me, via ? via : source)) {
        return E_OWNER;
    }
    if (source) {
        link = entry_in_table(source);
        above = via ? entry_in_table(via) : (pte){CEILING_BITS};
        if ((via && !link_holds(above, source / TABLE_ENTRIES)) ||
            !link_holds(link, resource)) {
            return E_MATCH;
        }
        may = link_ceiling(link) & link_ceiling(above);
        wanted |= RIGHT_SHARE;
    }
    if (wanted & ~may) {
        return E_RIGHTS;
    }
    if (frames[resource].refs > UINT32_MAX - 1) {
        return E_FULL;
    }

    frames[resource].refs++;
    frames[table].live++;
    entry_store(entry, link_make(resource, frames[resource].kind,
                                 frames[resource].level, rights));
    return OK;
}
