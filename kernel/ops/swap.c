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
static inline enum error check_held(pte e, uint64_t owner, uint64_t resource)
{
    const struct frame *r = &frames[resource];
    if (!link_holds(e, resource)) {
        return E_MATCH;
    }
    if (r->owner == owner && r->refs == 1 && r->flags == 0) {
        return OK; /* as most are */
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
static inline enum error check_other(uint64_t me, uint64_t with, pte taken,
                                     pte given, uint64_t resource,
                                     uint64_t other)
{
    uint64_t to = with / TABLE_ENTRIES;
    if (other != RESOURCE_NONE) {
        return process_edits(me, to)
                   ? check_held(taken, frames[to].owner, other)
                   : E_OWNER;
    }
    return taken.bits & PTE_P
               ? E_BUSY
               : accept_check(me, with, resource, link_ceiling(given));
}

/* First nobody has anything, on no processor; then each has the other's. */
static void commit(uint64_t entry, uint64_t with, pte given, pte taken,
                   uint64_t resource, uint64_t other)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    entry_store(entry, (pte){0});
    entry_store(with, (pte){0});
    flush_change(given, (pte){0});
    quota_swap(resource, other, frames[to].owner);
    entry_store(with, given);
    if (other == RESOURCE_NONE) {
        frames[from].live--;
        frames[to].live++;
    } else {
        entry_store(entry, taken);
    }
}

enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    enum error error;
    if ((entry | with) >= ENTRIES_MAX || entry == with) { /* a power of 2 */
        return E_RANGE;
    }
    if (process_is_directory(entry) && process_is_directory(with)) {
        return cpu_hand(me, entry % TABLE_ENTRIES, with % TABLE_ENTRIES,
                        resource, other, lease);
    }
    if ((error = check_tables(me, from, to))) {
        return error;
    }
    pte given = entry_load(entry), taken = entry_load(with);
    if ((error = check_held(given, frames[from].owner, resource)) ||
        (error = check_other(me, with, taken, given, resource, other))) {
        return error;
    }
    if (!quota_fits(resource, other, frames[to].owner)) {
        return E_ALLOWANCE;
    }
    commit(entry, with, given, taken, resource, other);
    return OK;
}
