/*
 * swap: a resource from one process's entry to another's.
 */
#include "core/accept.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

/* The two entries: both in tables, of one level, not the same. */
static enum error check_entries(uint64_t me, uint64_t entry, uint64_t with)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    if (frames[from].kind != KIND_TABLE || frames[to].kind != KIND_TABLE) {
        return E_KIND;
    }
    if (frames[to].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (frames[from].level != frames[to].level) {
        return E_LEVEL;
    }
    return process_edits(me, from) ? OK : E_OWNER;
}

/* The entry holds the resource, and nothing else does: it can go. */
static enum error check_held(uint64_t entry, uint64_t resource)
{
    if (!link_holds(entry_load(entry), resource)) {
        return E_MATCH;
    }
    if (frames[resource].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (frames[resource].owner != frames[entry / TABLE_ENTRIES].owner) {
        return E_OWNER;
    }
    if (frames[resource].refs != 1) {
        return E_SHARED;
    }
    return frames[resource].flags & FRAME_VITAL ? E_VITAL : OK;
}

/* The entry is empty, and mine to fill or open to me. */
static enum error check_empty(uint64_t me, uint64_t with, uint64_t entry,
                              uint64_t resource)
{
    if (entry_load(with).bits & PTE_P) {
        return E_BUSY;
    }
    return accept_check(me, with, resource, link_ceiling(entry_load(entry)));
}

/* First nobody has anything, on no processor; then each has the other's. */
static void commit(uint64_t entry, uint64_t with, uint64_t resource,
                   uint64_t other)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    pte given = entry_load(entry), taken = entry_load(with);
    entry_store(entry, (pte){0});
    entry_store(with, (pte){0});
    flush_change(given, (pte){0});
    quota_swap(resource, other, frames[to].owner);
    entry_store(with, given);
    if (other != RESOURCE_NONE) {
        entry_store(entry, taken);
        return;
    }
    frames[from].live--;
    frames[to].live++;
}

enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease)
{
    enum error error;
    if (entry >= ENTRIES_MAX || with >= ENTRIES_MAX || entry == with) {
        return E_RANGE;
    }
    if (process_is_directory(entry) && process_is_directory(with)) {
        return cpu_hand(me, entry % TABLE_ENTRIES, with % TABLE_ENTRIES,
                        resource, other, lease);
    }
    if ((error = check_entries(me, entry, with)) ||
        (error = check_held(entry, resource))) {
        return error;
    }
    if (other == RESOURCE_NONE) {
        error = check_empty(me, with, entry, resource);
    } else if (!process_edits(me, with / TABLE_ENTRIES)) {
        error = E_OWNER;
    } else {
        error = check_held(with, other);
    }
    if (error) {
        return error;
    }
    if (!quota_fits(resource, other, frames[with / TABLE_ENTRIES].owner)) {
        return E_ALLOWANCE;
    }
    commit(entry, with, resource, other);
    return OK;
}
