/*
 * Exercise 1.4. Ranges, with the largest pages that fit.
 *
 * A large page is one entry for 512, needs no table, and takes one place in
 * the TLB. It must begin at a multiple of its size, at both addresses, so a
 * range is cut where the alignment and what is left of it allow:
 *
 *   | 4K | 4K |    2M    |          1G          |    2M    | 4K |
 *
 * It is cut twice in the same way: first to see that every entry is empty,
 * then to fill them. So an error that has to do with the tables' content comes
 * before anything is changed.
 */
#include "boot/map.h"

unsigned map_level(vaddr va, paddr pa, uint64_t size)
{
    unsigned level = arch_page_levels;
    /* Or-ed, a bit of either spoils it. */
    while (level > 1 && ((va.v | pa.v) % level_size(level) != 0 ||
                         size < level_size(level))) {
        level--;
    }
    return level;
}

/* The range without its first `bytes`. */
static struct range rest(struct range r, uint64_t bytes)
{
    r.va.v += bytes;
    r.pa.v += bytes;
    r.size -= bytes;
    return r;
}

static bool is_aligned(struct range r)
{
    return ((r.va.v | r.pa.v | r.size) & PAGE_MASK) == 0 && r.size != 0;
}

/* True if the first and the last byte are canonical and in one half. The last,
 * and not the end: a range may reach to the end of all addresses, and 2^64 is
 * 0. */
static bool is_in_one_half(uint64_t root, struct range r)
{
    vaddr last = {r.va.v + r.size - 1};
    return last.v >= r.va.v && (int64_t)(last.v ^ r.va.v) >= 0 &&
           walk_find(root, r.va, arch_depth).entry != WALK_NONE &&
           walk_find(root, last, arch_depth).entry != WALK_NONE;
}

/* True if every entry that the range needs is empty. */
static bool is_empty(uint64_t root, struct range r)
{
    while (r.size > 0) {
        unsigned level = map_level(r.va, r.pa, r.size);
        struct walk at = walk_find(root, r.va, level);
        /* A page, or, where a large page belongs, a table: that would be
         * lost. */
        if (entry_rights(entry_load(at.entry))) {
            return false;
        }
        r = rest(r, level_size(level));
    }
    return true;
}

enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how)
{
    if (!is_aligned(range)) {
        return MAP_ALIGN;
    }
    if (!is_in_one_half(root, range)) {
        return MAP_SPAN;
    }
    if (!is_empty(root, range)) {
        return MAP_BUSY;
    }
    while (range.size > 0) {
        unsigned level = map_level(range.va, range.pa, range.size);
        struct walk at = walk_make(root, range.va, level, how & ENTRY_USER);
        if (at.entry == WALK_NONE) {
            return MAP_FULL;
        }
        entry_store(at.entry,
                    entry_make(range.pa.v >> PAGE_SHIFT, level, rights, how));
        range = rest(range, level_size(level));
    }
    return MAP_OK;
}
