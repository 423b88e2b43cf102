/*
 * A file that a process has mapped must outlive its descriptors and its name,
 * since its pages are asked for when they are touched. So the keeper notes the
 * mapping: a list for each process, whose end a forked child shares.
 *
 *   parent   m3 -> m2 -> m1          each record: a file, and how many
 *   child    c1 ----^                lists go on through it (users)
 *
 * That makes fork one count and no copy. The price: what two lists share is
 * never changed, so unmapping takes out only what is before the first shared
 * record; the rest stays until exec or the end, which is harmless, as nobody
 * asks.
 *
 * When a file becomes shorter, each process that has it mapped is told in its
 * window, to let go of its copies before its program goes on.
 */
#include "libos/unix/keeper/files/mapping.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/keeper/record/pool.h"
#include "libos/unix/linux-abi/abi.h"

#define MAPPINGS_MAX 65536
#define EACH_MAX 2048 /* files that one process may have mapped */

struct mapping {
    uint32_t inode; /* held */
    uint32_t next;  /* 0: none; this is one of its users */
    uint32_t users;
    uint32_t length; /* of the list from here on */
    bool stores;     /* it was open for writing: stores may be let through */
};

static struct pool mappings;

static struct mapping *mapping_at(uint32_t number)
{
    return pool_at(&mappings, number);
}

void mapping_begin(void)
{
    pool_begin(&mappings, sizeof(struct mapping), MAPPINGS_MAX);
}

void mapping_hold(uint32_t list)
{
    if (list) {
        mapping_at(list)->users++;
    }
}

void mapping_drop(uint32_t list)
{
    while (list && --mapping_at(list)->users == 0) {
        uint32_t next = mapping_at(list)->next;
        inode_drop(mapping_at(list)->inode);
        pool_give(&mappings, list);
        list = next;
    }
}

/* Has it mapped it, and may store to it, if that is asked? */
static bool has(const struct process *process, uint64_t number, bool stores)
{
    uint32_t at = process->mapped;
    while (at && (mapping_at(at)->inode != number ||
                  (stores && !mapping_at(at)->stores))) {
        at = mapping_at(at)->next;
    }
    return at != 0;
}

bool mapping_has(const struct process *process, uint64_t number)
{
    return has(process, number, false);
}

bool mapping_stores(const struct process *process, uint64_t number)
{
    return has(process, number, true);
}

/* One more at the head of its list, where it disturbs nobody who shares the
 * rest; false: no room. */
static bool mapping_add(struct process *process, uint32_t inode, bool stores)
{
    uint32_t length = process->mapped ? mapping_at(process->mapped)->length : 0;
    uint32_t number = length < EACH_MAX ? pool_take(&mappings) : 0;
    if (!number) {
        return false;
    }
    *mapping_at(number) =
        (struct mapping){inode, process->mapped, 1, length + 1, stores};
    process->mapped = number;
    inode_hold(inode);
    return true;
}

/* Tells one process; what is in its window already it may have made up. */
static void tell_truncated(const struct process *process, uint32_t inode,
                           uint64_t first)
{
    struct window *window = machine_window(process->slot);
    uint64_t count = *(volatile uint64_t *)&window->truncations;
    if (count < WINDOW_TRUNCATIONS) {
        window->truncation[count] = (struct truncation){inode, first};
    }
    window->truncations =
        count < WINDOW_TRUNCATIONS ? count + 1 : WINDOW_TRUNCATIONS + 1;
}

void mapping_truncate(uint32_t inode, uint64_t first)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        const struct process *process = process_at(i);
        if (process && process_in(process->slot) == process &&
            mapping_has(process, inode)) {
            tell_truncated(process, inode, first);
        }
    }
}

/* The open file of a descriptor, if it can be mapped, `store` to be stored to:
 * 0 and *open; -EBADF, -EACCES, -ENODEV. */
static int mappable(const struct process *process, uint64_t fd, bool store,
                    const struct description **open)
{
    *open = descriptor_open(process, fd);
    if (!*open || (*open)->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (!description_reads(*open) || (store && !description_writes(*open))) {
        return -EACCES;
    }
    return (*open)->kind == OPEN_FILE ? 0 : -ENODEV;
}

int64_t serve_map(struct serve *s)
{
    const struct description *open;
    int error = mappable(s->process, s->a[0], false, &open);
    if (error) {
        return error;
    }
    bool stores = (open->flags & O_ACCMODE) == O_RDWR;
    if (!has(s->process, open->vnode, stores) &&
        !mapping_add(s->process, open->vnode, stores)) {
        return -ENOMEM;
    }
    memcpy(s->at[1], &inode_at(open->vnode)->size, sizeof(uint64_t));
    return open->vnode;
}

/* Takes it out of the part of the list that nobody shares, once; false: it is
 * not there (any more). */
static bool leave(struct process *process, uint64_t number)
{
    uint32_t before = 0, at = process->mapped;
    while (at && mapping_at(at)->users == 1 &&
           mapping_at(at)->inode != number) {
        before = at;
        at = mapping_at(at)->next;
    }
    if (!at || mapping_at(at)->users != 1) {
        return false;
    }
    /* What is behind it gets a user more before it goes, or it would take all
     * of that along. */
    uint32_t next = mapping_at(at)->next;
    mapping_hold(next);
    if (before) {
        mapping_at(before)->next = next;
    } else {
        process->mapped = next;
    }
    /* All before it have one less behind them. */
    for (uint32_t n = process->mapped; n != next; n = mapping_at(n)->next) {
        mapping_at(n)->length--;
    }
    mapping_drop(at);
    return true;
}

int64_t serve_unmap(struct serve *s)
{
    if (!mapping_has(s->process, s->a[0])) {
        return -EBADF;
    }
    /* A file may be there twice: mapped to be read, then to be stored to. */
    while (leave(s->process, s->a[0])) {
    }
    return 0;
}

int64_t serve_map_end(struct serve *s)
{
    struct mapped mapped;
    return keeper_mapped(s->process->slot, s->a[0], &mapped)
               ? (int64_t)mapped.pages
               : -EBADF;
}

/* The file that is meant: open, or mapped. 0; -errno. */
static int pages_of(struct serve *s, bool store, struct inode **inode)
{
    const struct description *open;
    if (s->a[4] & PAGES_MAPPED) {
        bool may = store ? mapping_stores(s->process, s->a[0])
                         : mapping_has(s->process, s->a[0]);
        *inode = may ? inode_at((uint32_t)s->a[0]) : NULL;
        return may ? 0 : -EBADF;
    }
    int error = mappable(s->process, s->a[0], store, &open);
    *inode = error ? NULL : inode_at(open->vnode);
    return error;
}

int64_t serve_map_pages(struct serve *s)
{
    struct inode *inode;
    uint64_t first = s->a[1], count = s->a[2];
    bool store = s->a[4] & PAGES_STORE;
    int error = pages_of(s, store, &inode);
    if (error) {
        return error;
    }
    uint64_t end = (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t page = 0;
        if (first < end && i < end - first) {
            page = store ? content_own(inode, first + i)
                         : content_page(inode, first + i);
            if (store && !page) {
                return -ENOSPC;
            }
        }
        memcpy((uint8_t *)s->at[3] + i * sizeof(page), &page, sizeof(page));
    }
    if (store) {
        inode_modified(inode);
    }
    return (int64_t)count;
}

/* ---- for the machine ----------------------------------------------------- */

bool keeper_mapped(unsigned slot, uint64_t number, struct mapped *mapped)
{
    const struct process *process = process_in(slot);
    if (!process || !mapping_has(process, number)) {
        return false;
    }
    const struct inode *inode = inode_at((uint32_t)number);
    mapped->version = inode->version;
    mapped->pages = (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE;
    return true;
}

uint32_t keeper_mapped_store(unsigned slot, uint64_t number, uint64_t index)
{
    struct inode *inode = inode_at((uint32_t)number);
    if (!mapping_stores(process_in(slot), number) ||
        index >= (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE) {
        return 0;
    }
    inode_modified(inode);
    return content_own(inode, index);
}

uint32_t keeper_mapped_page(uint64_t number, uint64_t index)
{
    const struct inode *inode = inode_at((uint32_t)number);
    return index < (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE
               ? content_page(inode, index)
               : 0;
}
