/*
 * What should be mapped, as a sorted array: a search is a bisection, mostly
 * none at all since the next question is about the same region, and a change
 * moves what is behind it. A process has a few dozen regions; thousands are
 * possible and become slow, but stay right.
 *
 * The first 32 are among the variables, so that a forked child needs no page
 * for them; the table moves to memory of the personality's own when there are
 * more.
 *
 * Each change that could fail for want of room is preceded by a question
 * (region_room), so the functions here cannot fail, and the machine's mappings
 * and the table are never changed by halves.
 */
#include "libos/unix/personality/memory/regions.h"

#include "abi/rights.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "libos/unix/personality/base/reserved.h"

_Static_assert(sizeof(struct region) * REGIONS_MAX <= RESERVED_REGIONS_SIZE,
               "the table of regions fits its part of memory");

#define PAGE 4096ull
#define FEW 32

/* While they are few, they are among the variables: a forked child has these
 * without a fault. */
static struct region few[FEW];
static struct region *table = few;
static uint32_t used;
static bool was_shared;

/* The first region that ends above va; `used` if none. Mostly the same as last
 * time. */
static uint32_t place_of(uint64_t va)
{
    static uint32_t last;
    uint32_t low = 0, high = used;
    if (last < used && table[last].end > va &&
        (last == 0 || table[last - 1].end <= va)) {
        return last;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table[middle].end > va) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    last = low;
    return low;
}

bool region_find(uint64_t va, struct region *found)
{
    uint32_t i = place_of(va);
    if (i < used && table[i].start <= va) {
        *found = table[i];
        return true;
    }
    if (!reserved_has(va)) {
        return false;
    }
    uint64_t page = va & ~0xfffull;
    *found = (struct region){
        .start = page, .end = page + PAGE, .rights = RIGHT_R | RIGHT_W};
    return true;
}

const struct region *region_next(uint64_t va)
{
    uint32_t i = place_of(va);
    return i < used ? &table[i] : 0;
}

bool region_allows(uint64_t va, uint64_t n, uint32_t rights)
{
    uint64_t end = va + n;
    if (end < va) {
        return false;
    }
    for (uint32_t i = place_of(va); va < end; i++) {
        if (i == used || table[i].start > va ||
            (table[i].rights & rights) != rights) {
            return false;
        }
        va = table[i].end;
    }
    return true;
}

uint64_t region_reach(uint64_t va, uint64_t n, uint32_t rights)
{
    uint64_t at = va;
    for (uint32_t i = place_of(va); at - va < n; i++) {
        if (i == used || table[i].start > at ||
            (table[i].rights & rights) != rights) {
            break;
        }
        at = table[i].end;
    }
    return at - va < n ? at - va : n;
}

uint32_t region_room(void)
{
    return REGIONS_MAX - used;
}

static void insert(uint32_t i, struct region r)
{
    if (used == FEW && table == few) {
        table = (struct region *)RESERVED_REGIONS;
        memcpy(table, few, sizeof(few));
    }
    for (uint32_t k = used; k > i; k--) {
        table[k] = table[k - 1];
    }
    table[i] = r;
    used++;
}

static void take_out(uint32_t i, uint32_t count)
{
    for (uint32_t k = i; k + count < used; k++) {
        table[k] = table[k + count];
    }
    ASSERT(count <= used, "region_remove: regions that are there");
    used -= count;
    POISON(&table[used], count * sizeof(*table));
}

/* Makes entries i - 1 and i one, if they are alike and touch. Pages of files
 * are kept apart: two files may lie side by side. */
static bool merge(uint32_t i)
{
    if (i == 0 || i >= used) {
        return false;
    }
    struct region *a = &table[i - 1];
    const struct region *b = &table[i];
    if (a->end != b->start || a->rights != b->rights || a->flags != b->flags ||
        (a->flags & (REGION_FILE | REGION_GROWS))) {
        return false;
    }
    a->end = b->end;
    take_out(i, 1);
    return true;
}

void region_enter(struct region region)
{
    uint32_t i = place_of(region.start);
    was_shared |= (region.flags & REGION_SHARED) != 0;
    insert(i, region);
    merge(i + 1);
    merge(i);
}

void region_add(uint64_t start, uint64_t end, uint32_t rights, uint32_t flags)
{
    region_enter((struct region){start, end, rights, flags, 0, 0});
}

uint64_t region_page(const struct region *region, uint64_t va)
{
    return region->first + (va - region->start) / PAGE;
}

bool region_was_shared(void)
{
    return was_shared;
}

bool region_has_file(uint32_t file)
{
    uint32_t i = 0;
    while (i < used && table[i].file != file) {
        i++;
    }
    return i < used;
}

/* Cuts the region that reaches over va in two. */
static void cut(uint64_t va)
{
    uint32_t i = place_of(va);
    if (i < used && table[i].start < va) {
        struct region upper = table[i];
        upper.first = region_page(&upper, va);
        upper.start = va;
        table[i].end = va;
        insert(i + 1, upper);
    }
}

void region_remove(uint64_t start, uint64_t end)
{
    cut(start);
    uint32_t first = place_of(start), i = first;
    while (i < used && table[i].end <= end) {
        i++;
    }
    if (i < used && table[i].start < end) {
        table[i].first = region_page(&table[i], end);
        table[i].start = end;
    }
    if (i > first) {
        take_out(first, i - first);
    }
}

void region_protect(uint64_t start, uint64_t end, uint32_t rights)
{
    cut(start);
    cut(end);
    uint32_t first = place_of(start), i = first;
    for (; i < used && table[i].end <= end; i++) {
        table[i].rights = rights;
    }
    for (; i + 1 > first; i--) {
        merge(i);
        if (i == 0) {
            break;
        }
    }
}

uint64_t region_gap(uint64_t low, uint64_t high, uint64_t length,
                    uint64_t align)
{
    uint64_t at = (low + align - 1) & ~(align - 1);
    for (uint32_t i = place_of(at); i < used; i++) {
        if (table[i].start >= at && table[i].start - at >= length) {
            break;
        }
        if (table[i].end > at) {
            at = (table[i].end + align - 1) & ~(align - 1);
        }
    }
    return at < high && high - at >= length ? at : 0;
}

uint64_t region_total(void)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < used; i++) {
        sum += table[i].end - table[i].start;
    }
    return sum;
}

void region_clear(void)
{
    used = 0;
    was_shared = false;
    table = few;
}
