#include "libos/unix/keeper/keep.h"

#include "lib/string.h"
#include "libos/unix/abi.h"
#include "libos/unix/keeper/content.h"
#include "libos/unix/keeper/file.h"
#include "libos/unix/keeper/machine.h"
#include "libos/unix/keeper/pool.h"

#define KEEPS_MAX 65536
#define EACH_MAX 2048 /* files that one process may keep */

struct keep {
    uint32_t inode; /* held */
    uint32_t next;  /* 0: none; this is one of its users */
    uint32_t users;
    uint32_t length; /* of the list from here on */
    bool stores;     /* it was open for writing: stores may be let through */
};

static struct pool keeps;

static struct keep *keep_at(uint32_t number)
{
    return pool_at(&keeps, number);
}

void keep_begin(void)
{
    pool_begin(&keeps, sizeof(struct keep), KEEPS_MAX);
}

void keep_hold(uint32_t list)
{
    if (list) {
        keep_at(list)->users++;
    }
}

void keep_drop(uint32_t list)
{
    while (list && --keep_at(list)->users == 0) {
        uint32_t next = keep_at(list)->next;
        inode_drop(keep_at(list)->inode);
        pool_give(&keeps, list);
        list = next;
    }
}

/* Does it keep it, and may store to it, if that is asked? */
static bool has(const struct process *process, uint64_t number, bool stores)
{
    uint32_t at = process->kept;
    while (at &&
           (keep_at(at)->inode != number || (stores && !keep_at(at)->stores))) {
        at = keep_at(at)->next;
    }
    return at != 0;
}

bool keep_has(const struct process *process, uint64_t number)
{
    return has(process, number, false);
}

bool keep_stores(const struct process *process, uint64_t number)
{
    return has(process, number, true);
}

/* One more at the head of its list; false: no room. */
static bool keep_add(struct process *process, uint32_t inode, bool stores)
{
    uint32_t length = process->kept ? keep_at(process->kept)->length : 0;
    uint32_t number = length < EACH_MAX ? pool_take(&keeps) : 0;
    if (!number) {
        return false;
    }
    *keep_at(number) =
        (struct keep){inode, process->kept, 1, length + 1, stores};
    process->kept = number;
    inode_hold(inode);
    return true;
}

/* Tells one process; what is in its window already it may have made up. */
static void tell_cut(const struct process *process, uint32_t inode,
                     uint64_t first)
{
    struct window *window = machine_window(process->slot);
    uint64_t count = *(volatile uint64_t *)&window->cuts;
    if (count < WINDOW_CUTS) {
        window->cut[count] = (struct cut){inode, first};
    }
    window->cuts = count < WINDOW_CUTS ? count + 1 : WINDOW_CUTS + 1;
}

void keep_cut(uint32_t inode, uint64_t first)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        const struct process *process = process_at(i);
        if (process && process_in(process->slot) == process &&
            keep_has(process, inode)) {
            tell_cut(process, inode, first);
        }
    }
}

int64_t serve_keep(struct serve *s)
{
    const struct open *open;
    int error = file_mappable(s->process, s->a[0], false, &open);
    if (error) {
        return error;
    }
    bool stores = (open->flags & O_ACCMODE) == O_RDWR;
    if (!has(s->process, open->node, stores) &&
        !keep_add(s->process, open->node, stores)) {
        return -ENOMEM;
    }
    memcpy(s->at[1], &inode_at(open->node)->size, sizeof(uint64_t));
    return open->node;
}

/* Takes it out of the part of the list that nobody shares, once; false: it is
 * not there (any more). */
static bool leave(struct process *process, uint64_t number)
{
    uint32_t before = 0, at = process->kept;
    while (at && keep_at(at)->users == 1 && keep_at(at)->inode != number) {
        before = at;
        at = keep_at(at)->next;
    }
    if (!at || keep_at(at)->users != 1) {
        return false;
    }
    uint32_t next = keep_at(at)->next;
    keep_hold(next);
    if (before) {
        keep_at(before)->next = next;
    } else {
        process->kept = next;
    }
    for (uint32_t n = process->kept; n != next; n = keep_at(n)->next) {
        keep_at(n)->length--;
    }
    keep_drop(at);
    return true;
}

int64_t serve_leave(struct serve *s)
{
    if (!keep_has(s->process, s->a[0])) {
        return -EBADF;
    }
    while (leave(s->process, s->a[0])) {
    }
    return 0;
}

int64_t serve_end(struct serve *s)
{
    struct kept kept;
    return keeper_kept(s->process->slot, s->a[0], &kept) ? (int64_t)kept.pages
                                                         : -EBADF;
}

/* The file that is meant: open, or kept. 0; -errno. */
static int pages_of(struct serve *s, bool store, struct inode **inode)
{
    const struct open *open;
    if (s->a[4] & PAGES_KEPT) {
        bool may = store ? keep_stores(s->process, s->a[0])
                         : keep_has(s->process, s->a[0]);
        *inode = may ? inode_at((uint32_t)s->a[0]) : NULL;
        return may ? 0 : -EBADF;
    }
    int error = file_mappable(s->process, s->a[0], store, &open);
    *inode = error ? NULL : inode_at(open->node);
    return error;
}

int64_t serve_pages(struct serve *s)
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

bool keeper_kept(unsigned slot, uint64_t number, struct kept *kept)
{
    const struct process *process = process_in(slot);
    if (!process || !keep_has(process, number)) {
        return false;
    }
    const struct inode *inode = inode_at((uint32_t)number);
    kept->version = inode->version;
    kept->pages = (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE;
    return true;
}

uint32_t keeper_kept_store(unsigned slot, uint64_t number, uint64_t index)
{
    struct inode *inode = inode_at((uint32_t)number);
    if (!keep_stores(process_in(slot), number) ||
        index >= (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE) {
        return 0;
    }
    inode_modified(inode);
    return content_own(inode, index);
}

uint32_t keeper_kept_page(uint64_t number, uint64_t index)
{
    const struct inode *inode = inode_at((uint32_t)number);
    return index < (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE
               ? content_page(inode, index)
               : 0;
}
