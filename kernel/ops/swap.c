/*
 * swap: a resource from one process's entry to another's.
 *
 * To give something away with `attach` and `update` takes two calls, and
 * between them both have it, or one of them has to trust the other. Here
 * entry, ownership and charge move at once. The stores stand in an order that
 * keeps both from ever having it, also by a translation that a processor
 * remembers:
 *
 *                   entry        with
 *   before          resource     other, or empty
 *   lost            0            0                  then: the flush
 *   given           other or 0   resource
 *
 * What moves must be held by this one entry alone (refs is 1): any other would
 * still lead there. With both entries in the directory the resource is the
 * processor itself (core/cpu.c).
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
    /* Only `to`: taking something out of a table that goes is what it waits
     * for. */
    if (frames[to].flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (frames[from].level != frames[to].level) {
        return E_LEVEL;
    }
    /* Equal levels, so the entry fits there as it stands. */
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
    /* An exchange takes as well as gives, and an acceptance lets me only
     * give. */
    if (other != RESOURCE_NONE) {
        return process_edits(me, to)
                   ? check_held(taken, frames[to].owner, other)
                   : E_OWNER;
    }
    return taken.bits & PTE_P
               ? E_BUSY
               : accept_check(me, with, resource, link_ceiling(given));
}

/* First nobody has anything, on no processor; then each has the other's. In
 * between, when nobody can reach them, the resources change owners. */
static void commit(uint64_t entry, uint64_t with, pte given, pte taken,
                   uint64_t resource, uint64_t other)
{
    uint64_t from = entry / TABLE_ENTRIES, to = with / TABLE_ENTRIES;
    entry_store(entry, (pte){0});
    entry_store(with, (pte){0});
    flush_change(given, (pte){0});
    quota_swap(resource, other, frames[to].owner);
    entry_store(with, given);
    /* An exchange leaves as many entries in each table as there were, and
     * every resource with the one ref that it had. */
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
    /* What is checked is what is stored: these two words, with A and D. */
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
