/*
 * Records of one size, in pages that come and go: what elsewhere is a slab
 * allocator. A record must be found by number in a few steps, and a page given
 * back when its last record goes, so that what one process uses up is
 * everyone's again when it has ended.
 *
 *   pool.tables[] -> a page of 1024 numbers -> the record's page
 *                                              head: used, first free
 *                                              record | free -> next | ...
 *
 * A free record's first byte is the next free one's place: no list needs memory
 * of its own. `room` and `there` are bitmaps, so that neither a free record nor
 * a free place is searched for.
 */
#include "libos/unix/keeper/record/pool.h"

#include "lib/assert.h"
#include "lib/string.h"

#define NONE 0xff /* no record; a page has at most 254 */

/* At the start of each page of a pool. */
struct head {
    uint8_t used;
    uint8_t free; /* the first free record, or NONE */
};

#define HEAD 8

_Static_assert(sizeof(struct head) <= HEAD, "the head has its room");

static uint32_t per_page(const struct pool *pool)
{
    return (KEEPER_PAGE - HEAD) / pool->size;
}

static uint32_t *slot_at(const struct pool *pool, uint32_t place)
{
    uint32_t *table = machine_page(pool->tables[place / POOL_TABLE]);
    return &table[place % POOL_TABLE];
}

static struct head *head_at(const struct pool *pool, uint32_t place)
{
    return machine_page(*slot_at(pool, place));
}

static void *record_at(const struct pool *pool, struct head *head, uint32_t i)
{
    return (uint8_t *)head + HEAD + (uint64_t)i * pool->size;
}

void pool_begin(struct pool *pool, uint32_t size, uint32_t limit)
{
    ASSERT(size != 0 && size % 4 == 0, "pool_begin: a multiple of 4");
    memset(pool, 0, sizeof(*pool));
    pool->size = size;
    pool->limit = limit;
}

/* The lowest set bit of a bitmap of the pool's pages; POOL_PAGES if none. */
static uint32_t lowest(const uint64_t *bits, uint64_t invert)
{
    for (uint32_t i = 0; i < POOL_PAGES / 64; i++) {
        if (bits[i] ^ invert) {
            return i * 64 + (uint32_t)__builtin_ctzll(bits[i] ^ invert);
        }
    }
    return POOL_PAGES;
}

/* One page more; POOL_PAGES if that cannot be. */
static uint32_t pool_grow(struct pool *pool)
{
    uint32_t place = lowest(pool->there, UINT64_MAX);
    if (place == POOL_PAGES) {
        return POOL_PAGES;
    }
    uint32_t *table = &pool->tables[place / POOL_TABLE];
    if (machine_pages_free() < 1 + !*table) {
        return POOL_PAGES;
    }
    if (!*table) {
        *table = machine_page_take();
    }
    *slot_at(pool, place) = machine_page_take();
    struct head *head = head_at(pool, place);
    uint32_t count = per_page(pool) < NONE ? per_page(pool) : NONE - 1;
    head->free = 0;
    for (uint32_t i = 0; i < count; i++) {
        *(uint8_t *)record_at(pool, head, i) =
            (uint8_t)(i + 1 < count ? i + 1 : NONE);
    }
    pool->there[place / 64] |= 1ull << place % 64;
    pool->room[place / 64] |= 1ull << place % 64;
    return place;
}

uint32_t pool_take(struct pool *pool)
{
    if (pool->used == pool->limit) {
        return 0;
    }
    uint32_t place = lowest(pool->room, 0);
    if (place == POOL_PAGES) {
        place = pool_grow(pool);
    }
    if (place == POOL_PAGES) {
        return 0;
    }
    struct head *head = head_at(pool, place);
    uint32_t i = head->free;
    uint8_t *record = record_at(pool, head, i);
    head->free = *record;
    head->used++;
    if (head->free == NONE) {
        pool->room[place / 64] &= ~(1ull << place % 64);
    }
    pool->used++;
    memset(record, 0, pool->size);
    ASSERT(pool->used <= pool->limit, "pool_take: not past the limit");
    return place << 8 | (i + 1);
}

/* The table of page numbers goes when its last page has gone. */
static void pool_shrink(struct pool *pool, uint32_t place)
{
    machine_page_give(*slot_at(pool, place));
    *slot_at(pool, place) = 0;
    pool->there[place / 64] &= ~(1ull << place % 64);
    pool->room[place / 64] &= ~(1ull << place % 64);
    uint32_t first = place / POOL_TABLE * (POOL_TABLE / 64);
    for (uint32_t i = 0; i < POOL_TABLE / 64; i++) {
        if (pool->there[first + i]) {
            return;
        }
    }
    machine_page_give(pool->tables[place / POOL_TABLE]);
    pool->tables[place / POOL_TABLE] = 0;
}

#ifdef CHECK
/* Has the page of that record, and is the record none of the free ones? */
static bool is_taken(const struct pool *pool, uint32_t record)
{
    uint32_t place = record >> 8, i = (record & 0xff) - 1;
    if (place >= POOL_PAGES || !(pool->there[place / 64] >> place % 64 & 1) ||
        i >= per_page(pool)) {
        return false;
    }
    struct head *head = head_at(pool, place);
    uint32_t at = head->free, steps = 0;
    while (at != NONE && at != i && steps++ < NONE) {
        at = *(uint8_t *)record_at(pool, head, at);
    }
    return at == NONE && head->used != 0;
}
#endif

void pool_give(struct pool *pool, uint32_t record)
{
    uint32_t place = record >> 8, i = (record & 0xff) - 1;
    ASSERT(is_taken(pool, record), "pool_give: a record that was taken");
    struct head *head = head_at(pool, place);
    POISON(record_at(pool, head, i), pool->size);
    *(uint8_t *)record_at(pool, head, i) = head->free;
    head->free = (uint8_t)i;
    head->used--;
    pool->room[place / 64] |= 1ull << place % 64;
    pool->used--;
    if (!head->used) {
        pool_shrink(pool, place);
    }
}

void *pool_at(const struct pool *pool, uint32_t record)
{
    ASSERT(is_taken(pool, record), "pool_at: a record that has been taken");
    return record_at(pool, head_at(pool, record >> 8), (record & 0xff) - 1);
}
