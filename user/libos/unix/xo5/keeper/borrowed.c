/*
 * Pages beyond what a process may own. The quota is fixed when a process is
 * made, and most need little; one that needs more gets pages of the keeper's,
 * attached to entries of its own tables, with W.
 *
 * The keeper does not follow where they go (a fork may share them): it has a
 * bit for each frame that it has lent, and takes back those that nobody holds
 * when it looks: after an end, and when memory lacks. RESERVE stays for the
 * keeper itself, which must be able to make a table and a file's page whatever
 * processes do.
 */
#include "libos/unix/xo5/keeper/borrowed.h"

#include <stddef.h>

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/xo5/keeper/blocks.h"
#include "libos/unix/xo5/keeper/file_pages.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/keeper/reclaim.h"
#include "libos/unix/xo5/keeper/shared_table.h"
#include "libos/unix/xo5/shadow.h"

/* Frames that the keeper does not lend, 4 MiB: it must still be able to make
 * tables, records and files' pages, or no process could even end. */
#define RESERVE 1024
#define BITS (FRAME_SIZE * 8)

static uint64_t borrowed; /* frames of 4 KiB */

/* The word that has the frame's bit; NULL: no memory for it. `make`: if it is
 * missing, it is made. */
static uint64_t *word_of(uint64_t frame, bool make)
{
    static uint64_t top; /* pages of words below that are there */
    uint64_t page = frame / BITS;
    while (make && page >= top) {
        if (memory_page(MEMORY_BORROWED + top * FRAME_SIZE) == 0) {
            return NULL;
        }
        top++;
    }
    return page < top ? (uint64_t *)memory_at(MEMORY_BORROWED) + frame / 64
                      : NULL;
}

/* A frame to lend, and its word; 0: the keeper needs the rest itself. */
static uint64_t take(unsigned level, uint64_t **word)
{
    uint64_t size = books_unit(level);
    if (books_process(SLOT_INIT)->allowance < size + RESERVE) {
        return 0;
    }
    uint64_t frame = frames_take(level, KIND_MEMORY, SLOT_INIT);
    *word = frame == 0 ? NULL : word_of(frame, true);
    if (frame != 0 && *word == NULL) {
        frames_give(frame);
        frame = 0;
    }
    return frame;
}

int64_t borrowed_attach(unsigned slot)
{
    struct link *link = blocks_link(slot);
    uint64_t entry = link->a[0], level = link->a[1];
    unsigned rights = RIGHT_R | RIGHT_W | (link->a[2] & RIGHT_X);
    uint64_t *word;
    if (level < 1 || level > 2 || !file_pages_is_entry(slot, entry)) {
        return -EINVAL;
    }
    uint64_t frame = take((unsigned)level, &word);
    if (frame == 0 && (reclaim_sweep() | shared_table_sweep())) {
        frame = take((unsigned)level, &word);
    }
    if (frame == 0) {
        return -ENOMEM;
    }
    if (op_attach(entry, frame, RIGHTS(rights, RIGHTS_ALL), 0, 0) != OK) {
        frames_give(frame);
        return -EINVAL;
    }
    *word |= UINT64_C(1) << frame % 64;
    borrowed += books_unit((unsigned)level);
    link->a[0] = frame;
    return 0;
}

uint64_t borrowed_sweep(void)
{
    uint64_t end = books_head()->frames;
    for (uint64_t first = 0; borrowed != 0 && first < end; first += 64) {
        uint64_t *word = word_of(first, false);
        for (uint64_t bits = word == NULL ? 0 : *word; bits; bits &= bits - 1) {
            uint64_t frame = first + (uint64_t)__builtin_ctzll(bits);
            if (books_frame(frame)->refs == 0) {
                *word &= ~(UINT64_C(1) << frame % 64);
                borrowed -= books_size(frame);
                frames_give(frame);
            }
        }
    }
    return borrowed;
}
