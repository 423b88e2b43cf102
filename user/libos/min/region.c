/*
 * What addresses mean is kept apart from what is mapped: a region is a promise,
 * and the pager keeps it page by page. A fixed array, looked through from its
 * start, is enough for a shell and its tools, and nothing has to be allocated
 * while a fault is dealt with.
 *
 * Changing a part of a region cuts it first, so that each change is one of
 * whole regions: two cuts at most, for which there must be room before the
 * first.
 */
#include "libos/min/region.h"

#include "lib/string.h"
#include "libos/min/space.h"

#define PLACES 0x4000000000     /* mmap's: from here on */
#define PLACES_END 0x6000000000 /* to here */

struct region regions[REGIONS];

struct region *region_find(uint64_t va)
{
    for (struct region *r = regions; r < regions + REGIONS; r++) {
        if (r->kind != REGION_NONE && va >= r->start && va < r->end) {
            return r;
        }
    }
    return 0;
}

struct region *region_of(enum region_kind kind)
{
    struct region *r = regions;
    while (r < regions + REGIONS && r->kind != kind) {
        r++;
    }
    return r < regions + REGIONS ? r : 0;
}

/* The first that has something of the range. */
static struct region *first_in(uint64_t start, uint64_t end)
{
    for (struct region *r = regions; r < regions + REGIONS; r++) {
        if (r->kind != REGION_NONE && r->start < end && r->end > start) {
            return r;
        }
    }
    return 0;
}

bool region_overlaps(uint64_t start, uint64_t end)
{
    return first_in(start, end) != 0;
}

bool region_add(const struct region *r)
{
    struct region *free = region_of(REGION_NONE);
    if (free != 0) {
        *free = *r;
    }
    return free != 0;
}

/* Cuts the region in two that has `va` inside. */
static bool split(uint64_t va)
{
    struct region *r = region_find(va), upper;
    if (r == 0 || r->start == va) {
        return true;
    }
    upper = *r;
    upper.start = va;
    upper.first += (va - r->start) / PAGE;
    /* One heap and one stack: what is cut off them is plain memory. */
    upper.kind = r->kind == REGION_FILE ? REGION_FILE : REGION_ZERO;
    if (!region_add(&upper)) {
        return false;
    }
    r->end = va;
    return true;
}

static bool split_both(uint64_t start, uint64_t end)
{
    unsigned free = 0;
    for (unsigned i = 0; i < REGIONS; i++) {
        free += regions[i].kind == REGION_NONE;
    }
    /* Both or none: half of it done could not be taken back. */
    return free >= 2 && split(start) && split(end);
}

bool region_cut(uint64_t start, uint64_t end)
{
    struct region *r;
    if (!split_both(start, end)) {
        return false;
    }
    while ((r = first_in(start, end)) != 0) {
        r->kind = REGION_NONE;
    }
    return true;
}

bool region_protect(uint64_t start, uint64_t end, unsigned rights)
{
    if (!split_both(start, end)) {
        return false;
    }
    for (struct region *r = regions; r < regions + REGIONS; r++) {
        if (r->kind != REGION_NONE && r->start >= start && r->end <= end) {
            r->rights = rights;
        }
    }
    return true;
}

uint64_t region_place(uint64_t size)
{
    uint64_t at = PLACES;
    const struct region *r;
    /* Each round skips a region, so there are at most REGIONS. */
    while ((r = first_in(at, at + size)) != 0) {
        at = r->end;
    }
    return at + size <= PLACES_END ? at : 0;
}

void region_empty(void)
{
    memset(regions, 0, sizeof(regions));
}
