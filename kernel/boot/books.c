/*
 * The books' place in the address space. Each table of them is one long array,
 * as if there were a record for every frame that a machine can have; memory is
 * behind the parts that are about RAM or a device, and everything else reads
 * as zeros:
 *
 *   BOOKS_BASE, for the kernel ----+
 *     (stores; no ring 3)          +--> one table --> | page | zeros | page |
 *   BOOKS_USER, for everyone ------+
 *     (loads alone)
 *
 * A hole is one entry, at whatever level it begins, that leads to a table of
 * nothing but zeros, or to a page of them: three frames do for terabytes. So a
 * library OS may read the record of any number, and finds KIND_NONE where
 * there is no frame.
 */
#include "boot/books.h"

#include "boot/bootmem.h"
#include "boot/map.h"
#include "core/books.h"
#include "lib/observe.h"
#include "lib/panic.h"

/* Frames of which every entry leads to zeros: [level - 1] is filled with
 * entries of that level; zeros[0] is the page at their end. */
static uint64_t zeros[3];

#define NO_MEMORY "has too little memory for the books"

/* Puts RAM behind [start, end) of the books, page by page. */
static void back(uint64_t root, uint64_t start, uint64_t end)
{
    for (uint64_t at = align_down(start, FRAME_SIZE); at < end;
         at += FRAME_SIZE) {
        vaddr va = {BOOKS_BASE + at};
        struct walk found = walk_make(root, va, 1, ENTRY_USER);
        if (found.entry == WALK_NONE) {
            boot_fail("this machine", NO_MEMORY);
        }
        if (!entry_rights(entry_load(found.entry))) {
            entry_store(found.entry, entry_make(bootmem_need(NO_MEMORY), 1,
                                                RIGHT_R | RIGHT_W, ENTRY_USER));
        }
    }
}

/* Puts RAM behind the records of frames [first, end), and their extents. */
static void back_frames(uint64_t root, uint64_t first, uint64_t end)
{
    uint64_t two = level_frames(2), three = level_frames(3);
    if (end > FRAMES_MAX) {
        end = FRAMES_MAX;
    }
    if (first >= end) {
        return;
    }
    back(root, BOOKS_FRAMES + first * sizeof(struct frame),
         BOOKS_FRAMES + end * sizeof(struct frame));
    back(root, BOOKS_EXTENTS2 + first / two * sizeof(uint16_t),
         BOOKS_EXTENTS2 + ((end - 1) / two + 1) * sizeof(uint16_t));
    back(root, BOOKS_EXTENTS3 + first / three * sizeof(uint16_t),
         BOOKS_EXTENTS3 + ((end - 1) / three + 1) * sizeof(uint16_t));
}

/* Lets every empty entry of a table of that level, and of the tables in it,
 * lead to zeros. */
static void fill_holes(uint64_t table, unsigned level)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t entry = entry_name(table, i);
        pte e = entry_load(entry);
        if (!entry_rights(e)) {
            unsigned how = ENTRY_USER | (level > 1 ? ENTRY_TABLE : 0);
            entry_store(entry,
                        entry_make(zeros[level - 1], level, RIGHT_R, how));
        } else if (level > 1) {
            fill_holes(entry_frame(e, level), level - 1);
        }
    }
}

static void make_zeros(void)
{
    zeros[0] = bootmem_need(NO_MEMORY);
    for (unsigned level = 1; level < ARRAY_COUNT(zeros); level++) {
        zeros[level] = bootmem_need(NO_MEMORY);
        fill_holes(zeros[level], level);
    }
}

/* All of the books hangs below one entry of level 4. The kernel's entry lets
 * no ring 3 pass, the other no stores: entries beneath allow both. */
static void link_twice(uint64_t root)
{
    uint64_t ours = walk_find(root, (vaddr){BOOKS_BASE}, 4).entry;
    uint64_t table = entry_frame(entry_load(ours), 4);
    struct walk theirs = walk_make(root, (vaddr){BOOKS_USER}, 4, ENTRY_USER);
    if (theirs.entry == WALK_NONE) {
        boot_fail("this machine", NO_MEMORY);
    }
    make_zeros();
    fill_holes(table, 3);
    entry_store(ours, entry_make(table, 4, RIGHT_R | RIGHT_W, ENTRY_TABLE));
    entry_store(theirs.entry,
                entry_make(table, 4, RIGHT_R, ENTRY_TABLE | ENTRY_USER));
}

void books_map(struct boot *boot)
{
    back(boot->root, 0, sizeof(struct books));
    back(boot->root, BOOKS_GROUPS, BOOKS_GROUPS + sizeof(groups));
    back(boot->root, BOOKS_PROCESSES, BOOKS_PROCESSES + sizeof(processes));
    for (uint64_t end, at = 0; bootmem_ram(&at, &end); at = end) {
        back_frames(boot->root, at / FRAME_SIZE, end / FRAME_SIZE);
    }
    for (uint64_t i = 0; i < boot->handover.books.devices; i++) {
        const struct device *device = &boot->handover.books.device[i];
        back_frames(boot->root, device->start, device->end);
    }
    link_twice(boot->root);
}
