/*
 * Exercise 4.1, in a third way: one chain of conditions a kind of swap, and
 * an exchange that is two moves at once.
 */
#include "core/accept.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

#define TABLE_OF(entry) (&frames[(entry) / TABLE_ENTRIES])

/* The resource in an entry of that table may leave it. */
static enum error leaves(const struct frame *table, pte held, uint64_t resource)
{
    enum error error = OK;
    if (!link_holds(held, resource)) {
        error = E_MATCH;
    } else if (frames[resource].flags & FRAME_GIVEN) {
        error = E_GIVEN;
    } else if (frames[resource].owner != table->owner) {
        error = E_OWNER;
    } else if (frames[resource].refs != 1) {
        error = E_SHARED;
    } else if (frames[resource].flags & FRAME_VITAL) {
        error = E_VITAL;
    }
    return error;
}

/* The tables of both entries fit each other, and the first is mine. */
static enum error fit(uint64_t me, uint64_t entry, uint64_t with)
{
    const struct frame *a = TABLE_OF(entry), *b = TABLE_OF(with);
    enum error error = OK;
    if (a->kind != KIND_TABLE || b->kind != KIND_TABLE) {
        error = E_KIND;
    } else if (b->flags & FRAME_GIVEN) {
        error = E_GIVEN;
    } else if (a->level != b->level) {
        error = E_LEVEL;
    } else if (!process_edits(me, entry / TABLE_ENTRIES)) {
        error = E_OWNER;
    }
    return error;
}

static enum error move(uint64_t me, uint64_t entry, uint64_t with,
                       uint64_t resource)
{
    pte held = entry_load(entry), none = {0};
    uint64_t to = TABLE_OF(with)->owner;
    enum error error = leaves(TABLE_OF(entry), held, resource);
    if (!error && (entry_load(with).bits & PTE_P)) {
        error = E_BUSY;
    }
    if (!error) {
        error = accept_check(me, with, resource, link_ceiling(held));
    }
    if (!error && !quota_fits(resource, RESOURCE_NONE, to)) {
        error = E_ALLOWANCE;
    }
    if (!error) {
        TABLE_OF(entry)->live -= 1;
        entry_store(entry, none);
        flush_change(held, none);
        quota_swap(resource, RESOURCE_NONE, to);
        TABLE_OF(with)->live += 1;
        entry_store(with, held);
    }
    return error;
}

static enum error exchange(uint64_t me, uint64_t entry, uint64_t with,
                           uint64_t resource, uint64_t other)
{
    pte one = entry_load(entry), two = entry_load(with), none = {0};
    uint64_t to = TABLE_OF(with)->owner;
    enum error error = leaves(TABLE_OF(entry), one, resource);
    if (!error && !process_edits(me, with / TABLE_ENTRIES)) {
        error = E_OWNER;
    }
    if (!error) {
        error = leaves(TABLE_OF(with), two, other);
    }
    if (!error && !quota_fits(resource, other, to)) {
        error = E_ALLOWANCE;
    }
    if (!error) {
        entry_store(with, none);
        entry_store(entry, none);
        flush_change(two, none);
        quota_swap(resource, other, to);
        entry_store(entry, two);
        entry_store(with, one);
    }
    return error;
}

enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease)
{
    enum error error = E_RANGE;
    if (entry < ENTRIES_MAX && with < ENTRIES_MAX && entry != with) {
        if (process_is_directory(entry) && process_is_directory(with)) {
            return cpu_hand(me, entry - books.directory * TABLE_ENTRIES,
                            with - books.directory * TABLE_ENTRIES, resource,
                            other, lease);
        }
        error = fit(me, entry, with);
    }
    if (!error) {
        error = other == RESOURCE_NONE
                    ? move(me, entry, with, resource)
                    : exchange(me, entry, with, resource, other);
    }
    return error;
}
