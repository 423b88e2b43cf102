/*
 * Exercise 1.4. Ranges: the same loop over the pieces runs twice, first to
 * look and then to write.
 */
#include "boot/map.h"

unsigned map_level(vaddr va, paddr pa, uint64_t size)
{
    unsigned level = 1;
    while (level < arch_page_levels && size >= level_size(level + 1) &&
           va.v % level_size(level + 1) == 0 &&
           pa.v % level_size(level + 1) == 0) {
        level++;
    }
    return level;
}

/* What the two rounds of the loop do with one piece, a page of that level. */
struct request {
    uint64_t root;
    struct range range;
    unsigned rights, how;
};
typedef enum map_error piece_do(const struct request *r, unsigned level);

static enum map_error piece_look(const struct request *r, unsigned level)
{
    uint64_t entry = walk_find(r->root, r->range.va, level).entry;
    return entry_rights(entry_load(entry)) == 0 ? MAP_OK : MAP_BUSY;
}

static enum map_error piece_write(const struct request *r, unsigned level)
{
    struct walk at =
        walk_make(r->root, r->range.va, level, r->how & ENTRY_USER);
    if (at.entry == WALK_NONE) {
        return MAP_FULL;
    }
    entry_store(at.entry, entry_make(r->range.pa.v >> PAGE_SHIFT, level,
                                     r->rights, r->how));
    return MAP_OK;
}

static enum map_error each_piece(struct request r, piece_do *to_do)
{
    enum map_error error = MAP_OK;
    while (!error && r.range.size != 0) {
        unsigned level = map_level(r.range.va, r.range.pa, r.range.size);
        error = to_do(&r, level);
        r.range.va.v += level_size(level);
        r.range.pa.v += level_size(level);
        r.range.size -= level_size(level);
    }
    return error;
}

/* How many addresses lie from va to the end of its half; 0 if it is not
 * canonical. */
static uint64_t room_from(uint64_t root, vaddr va)
{
    uint64_t half = level_size(arch_depth + 1) / 2;
    if (walk_find(root, va, arch_depth).entry == WALK_NONE) {
        return 0;
    }
    return half - va.v % half;
}

enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how)
{
    struct request request = {root, range, rights, how};
    if (range.va.v % FRAME_SIZE != 0 || range.pa.v % FRAME_SIZE != 0 ||
        range.size % FRAME_SIZE != 0 || range.size == 0) {
        return MAP_ALIGN;
    }
    if (range.size > room_from(root, range.va)) {
        return MAP_SPAN;
    }
    enum map_error error = each_piece(request, piece_look);
    return error ? error : each_piece(request, piece_write);
}
