/*
 * The keeper's own memory: places (offsets) for what it knows, and pages by
 * number for what the core knows. A page's number stays, whichever frame it is
 * in; numbers up to the image's size are the image's own frames, which are
 * never given back.
 *
 *   number   1 ... image pages | + n
 *   place                        MEMORY_PAGES + n * 4096
 *   record(n)                    its frame; of a free number, the next free one
 *
 * Tables are made where they are first needed and stay.
 */
#include "libos/unix/xo5/keeper/memory.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/process.h"
#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/xo5/keeper/reclaim.h"

#define FIRST_OF_4 0x1000000000
#define FIRST_OF_5 0x8000000000
#define GIGABYTE 0x40000000ull
#define RIGHTS_ALL (RIGHTS_RWX | RIGHT_SHARE)
#define OPEN RIGHTS(RIGHTS_RWX, RIGHTS_ALL)
#define LAST_PAGES 0x200000 /* of MEMORY_PAGES: 8 GiB */
#define RECORDS (FRAME_SIZE / 4)

static uint64_t base, root; /* root: its entries map a GiB each */
static unsigned first;      /* the entry of root that maps `base` */
static uint32_t directories[MEMORY_DIRECTORIES];
static uint32_t tables[MEMORY_DIRECTORIES][TABLE_ENTRIES];
static uint32_t ever, next_free; /* pages of MEMORY_PAGES, from 1; by number */

void *memory_at(uint64_t offset)
{
    return (void *)(base + offset);
}

/* A table of entries of `level` in an empty entry; its frame, or 0. */
static uint64_t make_table(uint64_t entry, unsigned level)
{
    uint64_t frame = frames_take(level + 1, KIND_TABLE, SLOT_INIT);
    if (frame != 0 && op_attach(entry, frame, OPEN, 0, 0) != OK) {
        frames_give(frame);
        frame = 0;
    }
    return frame;
}

bool memory_begin(void)
{
    uint64_t top = books_process(SLOT_INIT)->table;
    if (books_head()->depth == 4) {
        base = FIRST_OF_4;
        root = top;
        first = (unsigned)(base / GIGABYTE);
    } else {
        base = FIRST_OF_5;
        root = make_table(entry_name(top, base / GIGABYTE / TABLE_ENTRIES), 3);
        first = 0;
    }
    return root != 0;
}

uint64_t memory_table(uint64_t offset)
{
    unsigned d = (unsigned)(offset / GIGABYTE);
    unsigned t = offset / 0x200000 % TABLE_ENTRIES;
    if (directories[d] == 0) {
        directories[d] = (uint32_t)make_table(entry_name(root, first + d), 2);
    }
    if (directories[d] != 0 && tables[d][t] == 0) {
        tables[d][t] = (uint32_t)make_table(entry_name(directories[d], t), 1);
    }
    return directories[d] == 0 ? 0 : tables[d][t];
}

static uint64_t entry_of(uint64_t table, uint64_t offset)
{
    return entry_name(table, offset / FRAME_SIZE % TABLE_ENTRIES);
}

uint64_t memory_page(uint64_t offset)
{
    uint64_t table = memory_table(offset), frame;
    if (table == 0 || (frame = frames_take(1, KIND_MEMORY, SLOT_INIT)) == 0) {
        return 0;
    }
    if (op_attach(entry_of(table, offset), frame,
                  RIGHTS(RIGHT_R | RIGHT_W, RIGHTS_ALL), 0, 0) != OK) {
        frames_give(frame);
        return 0;
    }
    return frame;
}

void memory_drop(uint64_t offset, uint64_t frame)
{
    op_update(entry_of(memory_table(offset), offset), frame, RIGHTS_NONE);
    reclaim_page(frame);
}

/* ---- pages by number: the image's first, then those of MEMORY_PAGES ------ */

static uint32_t image_pages(void)
{
    return (uint32_t)((books_head()->image_size + FRAME_SIZE - 1) / FRAME_SIZE);
}

static uint32_t *record(uint32_t n)
{
    return (uint32_t *)memory_at(MEMORY_RECORDS) + n;
}

uint32_t machine_page_take(void)
{
    uint32_t n = next_free != 0 ? next_free : ever + 1;
    uint64_t frame;
    if (n >= LAST_PAGES) {
        return 0;
    }
    if (n > ever && (n == 1 || n % RECORDS == 0) &&
        memory_page(MEMORY_RECORDS + n / RECORDS * FRAME_SIZE) == 0) {
        return 0;
    }
    if ((frame = memory_page(MEMORY_PAGES + (uint64_t)n * FRAME_SIZE)) == 0) {
        return 0;
    }
    next_free = n == next_free ? *record(n) : next_free;
    ever = n > ever ? n : ever;
    *record(n) = (uint32_t)frame;
    return image_pages() + n;
}

void machine_page_give(uint32_t page)
{
    if (page <= image_pages()) {
        return; /* the image stays */
    }
    uint32_t n = page - image_pages();
    memory_drop(MEMORY_PAGES + (uint64_t)n * FRAME_SIZE, *record(n));
    *record(n) = next_free;
    next_free = n;
}

void *machine_page(uint32_t page)
{
    if (page <= image_pages()) {
        return (void *)(INIT_ROOT_IMAGE + (page - 1ull) * FRAME_SIZE);
    }
    return memory_at(MEMORY_PAGES +
                     (uint64_t)(page - image_pages()) * FRAME_SIZE);
}

uint64_t memory_frame(uint32_t page)
{
    return page <= image_pages() ? books_head()->image_frame + page - 1
                                 : *record(page - image_pages());
}

uint64_t machine_pages(void)
{
    return books_head()->ram_frames;
}

uint64_t machine_pages_free(void)
{
    return books_process(SLOT_INIT)->allowance;
}
