/*
 * Pages of files in processes' tables, attached by the keeper, since they are
 * its own. The process names the entries; each is checked to lie in a table
 * that the process owns, or it could have the keeper write where it may not.
 * The ceiling has W only for a shared mapping of a file that is open for
 * writing, so nothing that the process does later makes more of it.
 */
#include "libos/unix/xo5/keeper/file_pages.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/xo5/keeper/blocks.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/keeper/shared_table.h"
#include "libos/unix/xo5/shadow.h"

bool file_pages_is_entry(unsigned slot, uint64_t entry)
{
    uint64_t frame = entry / TABLE_ENTRIES;
    return frame != 0 && frame < books_head()->frames &&
           books_frame(frame)->owner == slot;
}

/* Attaches a page of the keeper's; its frame, or 0. */
static uint64_t attach(unsigned slot, uint64_t entry, uint32_t page,
                       unsigned rights, unsigned ceiling)
{
    uint64_t frame = memory_frame(page);
    return file_pages_is_entry(slot, entry) &&
                   op_attach(entry, frame, RIGHTS(rights, ceiling), 0, 0) == OK
               ? frame
               : 0;
}

/* Asks the core for the pages of an open file, in the process's name; they are
 * in the window then. */
static int64_t ask_pages(unsigned slot, const struct link *link, bool store)
{
    struct window *window = blocks_window(slot);
    window->number = KEEPER_MAP_PAGES;
    window->a[0] = link->a[0];
    window->a[1] = link->a[1];
    window->a[2] = link->a[2];
    window->a[3] = 0;
    window->a[4] = store ? PAGES_STORE : 0;
    return keeper_request(slot) ? window->answer : -EINTR;
}

static int64_t attach_open(unsigned slot, struct link *link)
{
    uint64_t count = link->a[2], rights = link->a[3];
    bool store = rights & LINK_SHARED && rights & RIGHT_W;
    if (count > LINK_PAGES || !(rights & RIGHT_R)) {
        return -EINVAL;
    }
    int64_t error = ask_pages(slot, link, store);
    const uint64_t *pages = (const void *)blocks_window(slot)->data;
    unsigned ceiling = RIGHTS_FIXED | (store ? RIGHT_W : 0);
    unsigned now = RIGHT_R | (rights & RIGHT_X) | (store ? RIGHT_W : 0);
    for (uint64_t n = 0; n < count; n++) {
        uint64_t entry = link->pages[n];
        link->pages[n] =
            error < 0 || pages[n] == 0
                ? 0
                : attach(slot, entry, (uint32_t)pages[n], now, ceiling);
    }
    return error < 0 ? error : 0;
}

/* The page of a mapped file, for a shared mapping one that is the file's own if
 * it is stored to, or where there was a hole; 0: none. */
static uint32_t kept_page(unsigned slot, const struct link *link, uint64_t n)
{
    uint64_t number = link->a[0], rights = link->a[3];
    bool shared = rights & LINK_SHARED;
    uint32_t page =
        shared && rights & RIGHT_W ? 0 : keeper_mapped_page(number, n);
    return page == 0 && shared ? keeper_mapped_store(slot, number, n) : page;
}

static int64_t attach_kept(unsigned slot, struct link *link)
{
    uint64_t number = link->a[0], first = link->a[1], count = link->a[2];
    uint64_t rights = link->a[3];
    bool store = rights & LINK_SHARED && rights & RIGHT_W;
    unsigned now = RIGHT_R | (rights & RIGHT_X) | (store ? RIGHT_W : 0);
    unsigned ceiling = RIGHTS_FIXED | (store ? RIGHT_W : 0);
    struct mapped mapped;
    if (!keeper_mapped(slot, number, &mapped)) {
        return -EBADF;
    }
    if (count > LINK_PAGES || first > UINT64_MAX - count) {
        return -EINVAL;
    }
    for (uint64_t n = 0; n < count; n++) {
        uint64_t entry = link->pages[n];
        uint32_t page = kept_page(slot, link, first + n);
        link->pages[n] = first + n >= mapped.pages ? LINK_PAST
                         : page == 0 || entry == 0
                             ? 0
                             : attach(slot, entry, page, now, ceiling);
    }
    return 0;
}

static int64_t attach_table(unsigned slot, struct link *link)
{
    struct shared_range ranges[LINK_RANGES];
    uint64_t entry = link->a[0], count = link->a[1];
    if (count > LINK_RANGES || !file_pages_is_entry(slot, entry)) {
        return -EINVAL;
    }
    for (uint64_t n = 0; n < count; n++) {
        struct link_range range = link->ranges[n];
        struct mapped mapped;
        if (!keeper_mapped(slot, range.number, &mapped)) {
            return -EBADF;
        }
        ranges[n] = (struct shared_range){
            mapped.version,        (uint32_t)range.number,
            (uint32_t)range.first, range.at,
            range.count,           RIGHT_R | (range.rights & RIGHT_X)};
        if (range.first >= UINT32_MAX ||
            range.at + range.count > TABLE_ENTRIES) {
            return -EINVAL;
        }
    }
    uint64_t frame = shared_table_get(ranges, (unsigned)count, link);
    if (frame == 0 || op_attach(entry, frame, TABLE_READONLY, 0, 0) != OK) {
        return -ENOMEM;
    }
    link->a[0] = frame;
    return 0;
}

int64_t file_pages_answer(unsigned slot)
{
    struct link *link = blocks_link(slot);
    switch (link->request) {
    case LINK_FILE:
        return attach_open(slot, link);
    case LINK_MAPPED:
        return attach_kept(slot, link);
    case LINK_TABLE:
        return attach_table(slot, link);
    default:
        return -ENOSYS;
    }
}
