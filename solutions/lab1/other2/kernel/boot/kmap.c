/*
 * Exercise 1.5. The kernel's own mappings: first a plan, in which every line
 * is one range with its rights; then all lines are mapped.
 */
#include "boot/kmap.h"

#define LINES_MAX (IMAGE_PARTS + BOOTINFO_REGIONS + 2 * IMAGE_PARTS)

struct plan {
    unsigned lines;
    struct {
        struct range range;
        unsigned rights;
    } line[LINES_MAX];
};

unsigned kmap_rights(enum part_kind kind)
{
    unsigned rights = RIGHT_R;
    if (kind == PART_TEXT) {
        rights |= RIGHT_X;
    }
    if (kind == PART_DATA) {
        rights |= RIGHT_W;
    }
    return rights;
}

static void plan_add(struct plan *plan, struct range range, unsigned rights)
{
    if (range.size != 0) {
        plan->line[plan->lines].range = range;
        plan->line[plan->lines].rights = rights;
        plan->lines++;
    }
}

static struct range direct(uint64_t start, uint64_t end)
{
    return (struct range){{DIRECT_BASE + start}, {start}, end - start};
}

/* A region is one writable line; each read-only part that lies in it cuts the
 * last line in three. */
static void plan_region(struct plan *plan, const struct image *image,
                        uint64_t start, uint64_t end)
{
    plan_add(plan, direct(start, end), RIGHT_R | RIGHT_W);
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        uint64_t from = image->part[i].pa.v;
        uint64_t to = from + image->part[i].size;
        if (kmap_rights(image->part[i].kind) & RIGHT_W || from == to ||
            from < start || to > end) {
            continue;
        }
        plan->lines--;
        plan_add(plan, direct(start, from), RIGHT_R | RIGHT_W);
        plan_add(plan, direct(from, to), RIGHT_R);
        plan_add(plan, direct(to, end), RIGHT_R | RIGHT_W);
        start = to;
    }
}

enum map_error kmap_build(uint64_t root, const struct image *image,
                          const struct bootinfo *info)
{
    static struct plan plan;
    plan.lines = 0;
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image->part[i];
        plan_add(&plan, (struct range){part->va, part->pa, part->size},
                 kmap_rights(part->kind));
    }
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *region = &info->region[i];
        if (region->kind == REGION_RAM) {
            plan_region(&plan, image, region->start, region->end);
        }
    }
    enum map_error error = MAP_OK;
    for (unsigned i = 0; i < plan.lines && !error; i++) {
        error = map_range(root, plan.line[i].range, plan.line[i].rights, 0);
    }
    return error;
}
