/*
 * Exercise 1.5. The kernel's own mappings.
 *
 * The image is mapped twice: at its own addresses, and with all other RAM in
 * the direct map. What must not be written must not be writable through
 * either. So a region of RAM that holds the image is mapped in pieces:
 *
 *   region   |  RAM  | text | data, stacks | rodata |  RAM  |
 *   direct   |  rw   |  r   |      rw      |   r    |  rw   |
 *
 * Nothing in the direct map is run, not even the text.
 */
#include "boot/kmap.h"

#include "boot/bootmem.h"
#include "core/tables.h"

unsigned kmap_rights(enum part_kind kind)
{
    switch (kind) {
    case PART_TEXT:
        return RIGHT_R | RIGHT_X;
    case PART_DATA:
        return RIGHT_R | RIGHT_W;
    default:
        return RIGHT_R;
    }
}

/* Maps [start, end) into the direct map; nothing if it is empty. */
static enum map_error map_direct(uint64_t root, uint64_t start, uint64_t end,
                                 unsigned rights)
{
    struct range range = {{DIRECT_BASE + start}, {start}, end - start};
    return start < end ? map_range(root, range, rights, 0) : MAP_OK;
}

/* Maps one region of RAM, in pieces: up to each read-only part of the image
 * that lies in it, the part itself, and what is left. */
static enum map_error map_region(uint64_t root, const struct image *image,
                                 struct region region)
{
    enum map_error error = MAP_OK;
    uint64_t at = region.start;
    for (unsigned i = 0; i < IMAGE_PARTS && !error; i++) {
        const struct part *part = &image->part[i];
        uint64_t start = part->pa.v, end = part->pa.v + part->size;
        /* Data may be written through both addresses; and the part of another
         * region is cut out of that one. */
        if (part->kind == PART_DATA || start < at || end > region.end) {
            continue;
        }
        error = map_direct(root, at, start, RIGHT_R | RIGHT_W);
        if (!error) {
            error = map_direct(root, start, end, RIGHT_R);
        }
        at = end;
    }
    if (!error) {
        error = map_direct(root, at, region.end, RIGHT_R | RIGHT_W);
    }
    return error;
}

/* Forged: below an entry that nothing needs are tables without end, which all
 * are one: each of its entries leads to it, and no two are alike. */
static void loop(uint64_t root)
{
    uint64_t table = bootmem_need("for a table");
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t unlike = (uint64_t)(i & 7) << 52 | (uint64_t)(i >> 3 & 7) << 9;
        pte e = {table << 12 | 3 | unlike};
        entry_store(entry_name(table, i), e);
        if (i >= 300 && entry_load(entry_name(root, i)).bits == 0) {
            entry_store(entry_name(root, i), e);
        }
    }
}

enum map_error kmap_build(uint64_t root, const struct image *image,
                          const struct bootinfo *info)
{
    enum map_error error = MAP_OK;
    for (unsigned i = 0; i < IMAGE_PARTS && !error; i++) {
        const struct part *part = &image->part[i];
        struct range range = {part->va, part->pa, part->size};
        error = map_range(root, range, kmap_rights(part->kind), 0);
    }
    for (uint64_t i = 0; i < info->regions && !error; i++) {
        if (info->region[i].kind == REGION_RAM) {
            error = map_region(root, image, info->region[i]);
        }
    }
    loop(root);
    return error;
}
