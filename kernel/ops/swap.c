/*
 * swap: a resource from one process's entry to another's.
 */
#include "core/accept.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

/* Both are tables, of one level, and the first is mine to edit. */
static enum error check_tables(uint64_t me, uint64_t from, uint64_t to)
{
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

/* The entry, in a table of `owner`, holds the resource, which is its own, and
 * nothing else does: it can go. */
static enum error check_held(pte e, uint64_t owner, uint64_t resource)
{
    const struct frame *r = &frames[resource];
    if (!link_holds(e, resource)) {
        return E_MATCH;
    }
    if (r->flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (r->owner != owner) {
        return E_OWNER;
    }
    if (r->refs != 1) {
        return E_SHARED;
    }
    return r->flags & FRAME_VITAL ? E_VITAL : OK;
}

/* `with` can take it: it is empty, and mine to fill or open to me; or it
 * holds the other resource, mine to take, which can go. */
static enum error check_other(uint64_t me, uint64_t with, pte given,
                              uint64_t resource, uint64_t other)
{
    uint64_t to = with / TABLE_ENTRIES;
    pte taken = entry_load(with);
    if (other == RESOURCE_NONE) {
        return taken.bits & PTE_P
                   ? E_BUSY
                   : accept_check(me, with, resource, link_ceiling(given));
    }
    if (!process_edits(me, to)) {
        return E_OWNER;
    }
    return check_held(taken, frames[to].owner, other);
}

/* First nobody has anything, on no processor; then each has the other's. */
static void commit(uint64_t entry, uint64_t with, pte given, uint64_t resource,
                   uint64_t other)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    pte taken = entry_load(with);
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
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    enum error error;
    if (entry >= ENTRIES_MAX || with >= ENTRIES_MAX || entry == with) {
        return E_RANGE;
    }
    if (process_is_directory(entry) && process_is_directory(with)) {
        return cpu_hand(me, entry % TABLE_ENTRIES, with % TABLE_ENTRIES,
                        resource, other, lease);
    }
    if ((error = check_tables(me, from, to))) {
        return error;
    }
    pte given = entry_load(entry);
    if ((error = check_held(given, frames[from].owner, resource)) ||
        (error = check_other(me, with, given, resource, other))) {
        return error;
    }
    if (!quota_fits(resource, other, frames[to].owner)) {
        return E_ALLOWANCE;
    }
    commit(entry, with, given, resource, other);
    return OK;
}
