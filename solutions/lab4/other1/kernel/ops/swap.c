/*
 * Exercise 4.1, in another way: two sides, and what each of them is to do.
 */
#include "core/accept.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

#include "../../mine/side.h"

static bool is_table(uint64_t entry)
{
    return frames[entry / TABLE_ENTRIES].kind == KIND_TABLE;
}

/* Can `to` take what `from` gives, or give its own in turn? */
static enum error receives(uint64_t me, const struct side *from,
                           const struct side *to)
{
    if (to->resource != RESOURCE_NONE) {
        return process_edits(me, to->table) ? side_gives(to) : E_OWNER;
    }
    if (to->held.bits & PTE_P) {
        return E_BUSY;
    }
    return accept_check(me, to->name, from->resource,
                        link_ceiling(from->held));
}

static enum error allowed(uint64_t me, const struct side *from,
                          const struct side *to)
{
    enum error error = OK;
    if (frames[to->table].flags & FRAME_GIVEN) {
        error = E_GIVEN;
    } else if (frames[from->table].level != frames[to->table].level) {
        error = E_LEVEL;
    } else if (!process_edits(me, from->table)) {
        error = E_OWNER;
    }
    if (error == OK) {
        error = side_gives(from);
    }
    if (error == OK) {
        error = receives(me, from, to);
    }
    if (error == OK && !quota_fits(from->resource, to->resource, to->owner)) {
        error = E_ALLOWANCE;
    }
    return error;
}

/* Empties an entry, and fills one: with their tables' counts. */
static void empty(const struct side *side)
{
    entry_store(side->name, (pte){0});
    frames[side->table].live -= side->held.bits & PTE_P;
}

static void fill(const struct side *side, pte held)
{
    entry_store(side->name, held);
    frames[side->table].live += held.bits & PTE_P;
}

enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease)
{
    struct side from, to;
    if (entry >= ENTRIES_MAX || with >= ENTRIES_MAX || entry == with) {
        return E_RANGE;
    }
    if (process_is_directory(entry) && process_is_directory(with)) {
        return cpu_hand(me, entry % TABLE_ENTRIES, with % TABLE_ENTRIES,
                        resource, other, lease);
    }
    if (!is_table(entry) || !is_table(with)) {
        return E_KIND;
    }
    side_look(&from, entry, resource);
    side_look(&to, with, other);
    enum error error = allowed(me, &from, &to);
    if (error != OK) {
        return error;
    }
    pte back = other == RESOURCE_NONE ? (pte){0} : to.held;
    empty(&to);
    empty(&from);
    flush_change(from.held, (pte){0});
    fill(&to, from.held);
    fill(&from, back);
    quota_swap(resource, other, to.owner);
    return OK;
}
