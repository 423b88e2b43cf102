/*
 * Exercise 1.5. The kernel's own mappings: the direct map goes from edge to
 * edge, and asks at each what lies there.
 */
#include "boot/kmap.h"

static const unsigned rights_of[] = {
    [PART_TEXT] = RIGHT_R | RIGHT_X,
    [PART_DATA] = RIGHT_R | RIGHT_W,
    [PART_RODATA] = RIGHT_R,
};

unsigned kmap_rights(enum part_kind kind)
{
    return rights_of[kind];
}

/* The next place above `at` and up to `end` where the rights in the direct
 * map may change. */
static uint64_t next_edge(const struct image *image, uint64_t at, uint64_t end)
{
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        uint64_t start = image->part[i].pa.v;
        uint64_t past = start + image->part[i].size;
        if (image->part[i].kind == PART_DATA) {
            continue;
        }
        end = start > at && start < end ? start : end;
        end = past > at && past < end ? past : end;
    }
    return end;
}

/* The rights in the direct map of what lies at a physical address. */
static unsigned direct_rights(const struct image *image, uint64_t at)
{
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image->part[i];
        if (part->kind != PART_DATA && at >= part->pa.v &&
            at - part->pa.v < part->size) {
            return RIGHT_R;
        }
    }
    return RIGHT_R | RIGHT_W;
}

static enum map_error map_region(uint64_t root, const struct image *image,
                                 const struct region *region)
{
    uint64_t at = region->start;
    while (at < region->end) {
        uint64_t edge = next_edge(image, at, region->end);
        struct range range = {{DIRECT_BASE + at}, {at}, edge - at};
        enum map_error error =
            map_range(root, range, direct_rights(image, at), 0);
        if (error) {
            return error;
        }
        at = edge;
    }
    return MAP_OK;
}

enum map_error kmap_build(uint64_t root, const struct image *image,
                          const struct bootinfo *info)
{
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image->part[i];
        enum map_error error =
            map_range(root, (struct range){part->va, part->pa, part->size},
                      kmap_rights(part->kind), 0);
        if (error) {
            return error;
        }
    }
    for (uint64_t i = 0; i < info->regions; i++) {
        enum map_error error = MAP_OK;
        if (info->region[i].kind == REGION_RAM) {
            error = map_region(root, image, &info->region[i]);
        }
        if (error) {
            return error;
        }
    }
    return MAP_OK;
}
