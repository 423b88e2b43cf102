/*
 * What is in a regular file, by pages: a tree as deep as the file is long.
 *
 *   depth 0   root: the page           (a file of one page needs no map)
 *   depth 1   root: a map of 1024 numbers -> pages
 *   depth 2   root: a map -> maps -> pages         0 anywhere is a hole
 *
 * Pages of the root image are not copied when a file is made of them: where the
 * map has nothing, page n is the image's n-th, until somebody writes. Then it
 * is the file's own first (content_own), with what the image had. A process
 * that has the old page mapped goes on seeing it; that is why each such turn
 * gives the inode another version, and tables of pages are made for a version.
 *
 * Memory is asked for before anything changes: a write that runs out has
 * written what it says, and a map is never half deep.
 */
#include "libos/unix/keeper/files/content.h"

#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"

#define FAN 1024u /* numbers in a page of the map */
#define BITS 10

static uint64_t pages_of(uint64_t bytes)
{
    return (bytes + KEEPER_PAGE - 1) / KEEPER_PAGE;
}

/* What of an index says which number in a page `level` deep to take. */
static uint32_t part(uint64_t index, uint32_t level)
{
    return (uint32_t)(index >> (level - 1) * BITS) % FAN;
}

uint32_t content_page(const struct inode *inode, uint64_t index)
{
    uint32_t page = 0;
    if (inode->root && index >> inode->depth * BITS == 0) {
        page = inode->root;
        for (uint32_t level = inode->depth; page && level; level--) {
            page = ((uint32_t *)machine_page(page))[part(index, level)];
        }
    }
    if (!page && index < inode->image_pages) {
        page = inode->image_first + (uint32_t)index;
    }
    return page;
}

/* Is it the image's? */
static bool content_borrowed(const struct inode *inode, uint64_t index,
                             uint32_t page)
{
    return index < inode->image_pages && page == inode->image_first + index;
}

static uint32_t take(struct inode *inode)
{
    inode->own++;
    return machine_page_take();
}

/* Makes the map deep enough for that index. */
static void content_deepen(struct inode *inode, uint64_t index)
{
    while (index >> inode->depth * BITS) {
        if (inode->root) {
            uint32_t above = take(inode);
            *(uint32_t *)machine_page(above) = inode->root;
            inode->root = above;
        }
        inode->depth++;
    }
}

uint32_t content_own(struct inode *inode, uint64_t index)
{
    uint32_t page = content_page(inode, index);
    if (page && !content_borrowed(inode, index, page)) {
        return page;
    }
    /* All that may be needed, before anything changes: at most 3 maps above, 3
     * beneath, and the page. */
    if (machine_pages_free() < 8) {
        return 0;
    }
    content_deepen(inode, index);
    uint32_t *at = &inode->root;
    for (uint32_t level = inode->depth; level; level--) {
        if (!*at) {
            *at = take(inode);
        }
        at = (uint32_t *)machine_page(*at) + part(index, level);
    }
    *at = take(inode);
    inode_new_version(inode);
    if (page) {
        memcpy(machine_page(*at), machine_page(page), KEEPER_PAGE);
    }
    return *at;
}

uint64_t content_read(const struct inode *inode, uint64_t at, void *to,
                      uint64_t count)
{
    uint64_t left = at < inode->size ? inode->size - at : 0, done = 0;
    left = count < left ? count : left;
    while (done < left) {
        uint64_t in = (at + done) % KEEPER_PAGE, n = KEEPER_PAGE - in;
        uint32_t page = content_page(inode, (at + done) / KEEPER_PAGE);
        n = n < left - done ? n : left - done;
        if (page) {
            memcpy((uint8_t *)to + done, (uint8_t *)machine_page(page) + in, n);
        } else {
            memset((uint8_t *)to + done, 0, n);
        }
        done += n;
    }
    return done;
}

/* Behind the end there are zeros in the last page, whatever a process that
 * has it mapped has stored there. */
static void content_clean_tail(struct inode *inode)
{
    uint64_t in = inode->size % KEEPER_PAGE, index = inode->size / KEEPER_PAGE;
    uint32_t page = in ? content_page(inode, index) : 0;
    if (page && !content_borrowed(inode, index, page)) {
        memset((uint8_t *)machine_page(page) + in, 0, KEEPER_PAGE - in);
    }
}

int64_t content_write(struct inode *inode, uint64_t at, const void *from,
                      uint64_t count)
{
    if (at >= CONTENT_MAX && count) {
        return -EFBIG;
    }
    uint64_t done = 0, all = count;
    if (all > CONTENT_MAX - at) {
        all = CONTENT_MAX - at;
    }
    if (at > inode->size) {
        content_clean_tail(inode);
    }
    while (done < all) {
        uint64_t in = (at + done) % KEEPER_PAGE, n = KEEPER_PAGE - in;
        uint32_t page = content_own(inode, (at + done) / KEEPER_PAGE);
        if (!page) {
            break;
        }
        n = n < all - done ? n : all - done;
        memcpy((uint8_t *)machine_page(page) + in, (const uint8_t *)from + done,
               n);
        done += n;
    }
    if (done && at + done > inode->size) {
        inode->size = at + done;
    }
    return done || !all ? (int64_t)done : -ENOSPC;
}

/* Gives back what the map has from page `from` on; `at` is a page `level`
 * deep whose first index is `first`. True: nothing is left beneath it. */
static bool content_cut(struct inode *inode, uint32_t at, uint32_t level,
                        uint64_t first, uint64_t from)
{
    bool empty = true;
    for (uint32_t i = 0; level && i < FAN; i++) {
        uint32_t *number = (uint32_t *)machine_page(at) + i;
        uint64_t start = first + ((uint64_t)i << (level - 1) * BITS);
        uint64_t end = start + (1ull << (level - 1) * BITS);
        if (*number && end > from &&
            content_cut(inode, *number, level - 1, start, from)) {
            *number = 0;
        }
        empty = empty && !*number;
    }
    if (!level ? first >= from : empty) {
        machine_page_give(at);
        inode->own--;
        return true;
    }
    return false;
}

int content_resize(struct inode *inode, uint64_t size)
{
    uint64_t pages = pages_of(size), last = size / KEEPER_PAGE;
    if (size > CONTENT_MAX) {
        return -EFBIG;
    }
    if (size > inode->size) {
        content_clean_tail(inode);
    } else if (size < inode->size) {
        inode_new_version(inode);
        /* Half of the image's last page must become zeros: it is copied. */
        if (size % KEEPER_PAGE && last < inode->image_pages &&
            !content_own(inode, last)) {
            return -ENOSPC;
        }
        if (inode->root &&
            content_cut(inode, inode->root, inode->depth, 0, pages)) {
            inode->root = inode->depth = 0;
        }
        if (inode->image_pages > pages) {
            inode->image_pages = (uint32_t)pages;
        }
    }
    bool cut = size < inode->size;
    inode->size = size;
    if (cut) {
        content_clean_tail(inode);
    }
    return 0;
}

/* How many pages, from that index on, are certainly holes: the rest of what
 * one missing page of the map would cover. */
static uint64_t content_gap(const struct inode *inode, uint64_t index)
{
    if (index < inode->image_pages || content_page(inode, index)) {
        return 0;
    }
    if (!inode->root || index >> inode->depth * BITS) {
        return UINT64_MAX;
    }
    uint32_t page = inode->root, level = inode->depth;
    while (page && level) {
        page = ((uint32_t *)machine_page(page))[part(index, level)];
        level--;
    }
    uint64_t span = 1ull << level * BITS;
    return span - index % span;
}

uint64_t content_find(const struct inode *inode, uint64_t at, bool data)
{
    uint64_t index = at / KEEPER_PAGE, end = pages_of(inode->size);
    while (index < end) {
        uint64_t gap = content_gap(inode, index);
        if (gap ? !data : data) {
            break;
        }
        uint64_t step = gap ? gap : 1;
        index = step < end - index ? index + step : end;
    }
    uint64_t found = index * KEEPER_PAGE;
    found = found < at ? at : found;
    return index < end ? found : inode->size;
}

void content_free(struct inode *inode)
{
    if (inode->root) {
        content_cut(inode, inode->root, inode->depth, 0, 0);
    }
    inode->root = inode->depth = inode->image_pages = 0;
}
