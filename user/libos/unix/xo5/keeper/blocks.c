/*
 * Core and block of each slot (layout.h), in the keeper's own memory, at
 * addresses of its own; the process has the same tables in its space. They stay
 * when the process ends, for the next one in that slot: making them costs a
 * hundred operations, filling them is a copy.
 *
 * A fork copies the parent's variables and of its shadow what is in use, but
 * believes nothing there: how many tables there are is bounded by the pages
 * that the core really has, and nothing is followed that a number names.
 */
#include "libos/unix/xo5/keeper/blocks.h"

#include <stddef.h>

#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/shadow.h"

#define SLOT_SIZE (2ull * LIBOS_TABLE)
#define PAGE 4096ull
#define COPIES_AT_FIRST 8

static uint64_t contexts[KEEPER_SLOTS];   /* frames; 0: never used */
static uint32_t data_pages;               /* of each core */
static uint32_t core_pages[KEEPER_SLOTS]; /* up to which it has any */

static uint64_t core_offset(unsigned slot)
{
    return MEMORY_BLOCKS + slot * SLOT_SIZE;
}

static uint64_t block_offset(unsigned slot)
{
    return core_offset(slot) + LIBOS_TABLE;
}

/* Pages of zeros at [start, end). */
static bool make_pages(uint64_t start, uint64_t end)
{
    for (; start < end; start += PAGE) {
        if (memory_page(start) == 0) {
            return false;
        }
    }
    return true;
}

bool blocks_make(unsigned slot, uint64_t core_size)
{
    uint64_t core = core_offset(slot), block = block_offset(slot);
    uint64_t tables = sizeof(struct address_space) +
                      (COPIES_AT_FIRST + 1) * sizeof(struct table);
    if (contexts[slot] != 0) {
        return true;
    }
    data_pages = (uint32_t)((core_size + PAGE - 1) / PAGE);
    core_pages[slot] = (uint32_t)((CORE_TABLES + tables + PAGE - 1) / PAGE);
    if (!make_pages(core, core + data_pages * PAGE) ||
        !make_pages(core + CORE_TABLES, core + core_pages[slot] * PAGE) ||
        !make_pages(block + BLOCK_LINK,
                    block + BLOCK_WINDOW + BLOCK_WINDOW_SIZE) ||
        !make_pages(block + BLOCK_UPCALL_LOW,
                    block + BLOCK_SCRATCH + BLOCK_SCRATCH_SIZE)) {
        return false;
    }
    contexts[slot] = memory_page(block + BLOCK_CONTEXT);
    return contexts[slot] != 0;
}

int64_t blocks_grow(unsigned slot, uint64_t pages)
{
    uint64_t core = core_offset(slot), have = core_pages[slot];
    if (pages > LIBOS_TABLE / PAGE - have ||
        !make_pages(core + have * PAGE, core + (have + pages) * PAGE)) {
        return -ENOMEM;
    }
    core_pages[slot] += (uint32_t)pages;
    blocks_link(slot)->core_pages = core_pages[slot];
    return 0;
}

static void reset_link(unsigned slot)
{
    struct link *link = blocks_link(slot);
    memset(link, 0, offsetof(struct link, pages));
    link->slot = slot;
    link->core_pages = core_pages[slot];
    memset((void *)blocks_context(slot), 0, offsetof(struct context, batch));
    memset(blocks_window(slot), 0, sizeof(struct window) - WINDOW_DATA);
}

bool blocks_fill(unsigned slot, const void *data, uint64_t size)
{
    uint8_t *core = blocks_core(slot);
    memcpy(core, data, size);
    memset(core + size, 0, data_pages * PAGE - size);
    memset(core + CORE_TABLES, 0, core_pages[slot] * PAGE - CORE_TABLES);
    reset_link(slot);
    return true;
}

/* What it knows of its tables, as far as they are in use. */
static void copy_space(unsigned slot, unsigned from)
{
    struct address_space *to = blocks_space(slot);
    const struct address_space *space = blocks_space(from);
    uint32_t last = space->tables, room = blocks_tables(from);
    to->tables = last < room ? last : room - 1;
    to->deferred_count = 0;
    memset(&to->table[0], 0, offsetof(struct table, shadows)); /* nobody's */
    to->table[0].old = to->table[0].place = 0;
    for (uint32_t n = SPACE_ROOT; n <= to->tables; n++) {
        struct table *t = &to->table[n];
        const struct table *f = &space->table[n];
        t->frame = f->frame;
        if (f->frame == 0) {
            continue;
        }
        memcpy(t->shadows, f->shadows, sizeof(t->shadows));
        for (unsigned i = f->level == 1 ? TABLE_ENTRIES
                                        : table_next(f->some, 0);
             i < TABLE_ENTRIES; i = table_next(f->some, i + 1)) {
            t->below[i] = f->below[i];
        }
        memcpy(t->some, f->some, sizeof(t->some));
        t->level = f->level;
        t->uses = f->uses;
        t->old = f->old;
        t->place = f->place;
    }
}

bool blocks_copy(unsigned slot, unsigned from)
{
    const uint8_t *there = blocks_core(from);
    uint8_t *core = blocks_core(slot);
    if (core_pages[from] > core_pages[slot] &&
        blocks_grow(slot, core_pages[from] - core_pages[slot]) != 0) {
        return false;
    }
    memcpy(core, there, data_pages * PAGE);
    copy_space(slot, from);
    reset_link(slot);
    return true;
}

uint32_t blocks_tables(unsigned slot)
{
    uint64_t bytes = core_pages[slot] * PAGE - CORE_TABLES;
    return (uint32_t)((bytes - sizeof(struct address_space)) /
                      sizeof(struct table));
}

uint8_t *blocks_core(unsigned slot)
{
    return memory_at(core_offset(slot));
}

struct address_space *blocks_space(unsigned slot)
{
    return memory_at(core_offset(slot) + CORE_TABLES);
}

struct link *blocks_link(unsigned slot)
{
    return memory_at(block_offset(slot) + BLOCK_LINK);
}

struct window *blocks_window(unsigned slot)
{
    return memory_at(block_offset(slot) + BLOCK_WINDOW);
}

volatile struct context *blocks_context(unsigned slot)
{
    return memory_at(block_offset(slot) + BLOCK_CONTEXT);
}

uint8_t *blocks_stack(unsigned slot)
{
    return memory_at(block_offset(slot) + BLOCK_STACK_HIGH);
}

uint64_t blocks_context_frame(unsigned slot)
{
    return contexts[slot];
}

uint64_t blocks_core_table(unsigned slot)
{
    return memory_table(core_offset(slot));
}

uint64_t blocks_block_table(unsigned slot)
{
    return memory_table(block_offset(slot));
}
