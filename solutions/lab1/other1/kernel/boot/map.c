/*
 * Exercise 1.4. Ranges: one recursion over the tables looks whether anything
 * is mapped, another maps.
 */
#include "boot/map.h"

#include "boot/bootmem.h"

/* A range below one table, and what to do with it. */
struct job {
    struct range range;
    unsigned rights, how;
};

unsigned map_level(vaddr va, paddr pa, uint64_t size)
{
    for (unsigned level = arch_page_levels; level > 1; level--) {
        uint64_t page = level_size(level);
        if (va.v % page == 0 && pa.v % page == 0 && page <= size) {
            return level;
        }
    }
    return 1;
}

/* Cuts off the front of the range what lies below its first entry of that
 * level. */
static struct range cut(struct range *from, unsigned level)
{
    struct range piece = *from;
    uint64_t until = level_size(level) - from->va.v % level_size(level);
    if (until < piece.size) {
        piece.size = until;
    }
    from->va.v += piece.size;
    from->pa.v += piece.size;
    from->size -= piece.size;
    return piece;
}

static uint64_t name_of(uint64_t table, struct range range, unsigned level)
{
    uint64_t i = range.va.v >> level_shift(level);
    return entry_name(table, (unsigned)(i % TABLE_ENTRIES));
}

/* True if one page of that level is to map all of the piece. */
static bool is_one_page(struct range piece, unsigned level)
{
    return map_level(piece.va, piece.pa, piece.size) == level;
}

static bool is_busy(uint64_t table, unsigned level, struct range range)
{
    while (range.size > 0) {
        struct range piece = cut(&range, level);
        pte e = entry_load(name_of(table, piece, level));
        if (!entry_rights(e)) {
            continue;
        }
        if (entry_is_page(e, level) || is_one_page(piece, level) ||
            is_busy(entry_frame(e, level), level - 1, piece)) {
            return true;
        }
    }
    return false;
}

/* The table that an entry holds; a new one if it is empty, or BOOTMEM_NONE. */
static uint64_t table_below(uint64_t entry, unsigned level, unsigned how)
{
    pte e = entry_load(entry);
    if (entry_rights(e)) {
        return entry_frame(e, level);
    }
    uint64_t table = bootmem_take();
    if (table != BOOTMEM_NONE) {
        entry_store(entry, entry_make(table, level, RIGHT_R | RIGHT_W | RIGHT_X,
                                      (how & ENTRY_USER) | ENTRY_TABLE));
    }
    return table;
}

static enum map_error fill(uint64_t table, unsigned level, struct job job)
{
    while (job.range.size > 0) {
        struct job part = job;
        part.range = cut(&job.range, level);
        uint64_t entry = name_of(table, part.range, level);
        if (is_one_page(part.range, level)) {
            entry_store(entry, entry_make(part.range.pa.v / FRAME_SIZE, level,
                                          job.rights, job.how));
            continue;
        }
        uint64_t below = table_below(entry, level, job.how);
        if (below == BOOTMEM_NONE || fill(below, level - 1, part)) {
            return MAP_FULL;
        }
    }
    return MAP_OK;
}

/* The number of the half that an address is in: 0, 1, or 2 if in none. */
static unsigned half_of(uint64_t va)
{
    uint64_t size = level_size(arch_depth + 1) / 2;
    return va < size ? 0 : va >= -size ? 1 : 2;
}

enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how)
{
    uint64_t last = range.va.v + range.size - 1;
    if (range.va.v % FRAME_SIZE || range.pa.v % FRAME_SIZE ||
        range.size % FRAME_SIZE || range.size == 0) {
        return MAP_ALIGN;
    }
    if (last < range.va.v || half_of(last) == 2 ||
        half_of(last) != half_of(range.va.v)) {
        return MAP_SPAN;
    }
    if (is_busy(root, arch_depth, range)) {
        return MAP_BUSY;
    }
    return fill(root, arch_depth, (struct job){range, rights, how});
}
