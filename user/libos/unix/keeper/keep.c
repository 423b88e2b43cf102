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

bool keep_has(const struct process *process, uint64_t number)
{
    uint32_t at = process->kept;
    while (at && keep_at(at)->inode != number) {
        at = keep_at(at)->next;
    }
    return at != 0;
}

/* One more at the head of its list; false: no room. */
static bool keep_add(struct process *process, uint32_t inode)
{
    uint32_t length = process->kept ? keep_at(process->kept)->length : 0;
    uint32_t number = length < EACH_MAX ? pool_take(&keeps) : 0;
    if (!number) {
        return false;
    }
    *keep_at(number) = (struct keep){inode, process->kept, 1, length + 1};
    process->kept = number;
    inode_hold(inode);
    return true;
}

int64_t serve_keep(struct serve *s)
{
    const struct open *open;
    int error = file_mappable(s->process, s->a[0], false, &open);
    if (error) {
        return error;
    }
    if (!keep_has(s->process, open->node) &&
        !keep_add(s->process, open->node)) {
        return -ENOMEM;
    }
    memcpy(s->at[1], &inode_at(open->node)->size, sizeof(uint64_t));
    return open->node;
}

int64_t serve_leave(struct serve *s)
{
    struct process *process = s->process;
    uint32_t before = 0, at = process->kept;
    while (at && keep_at(at)->users == 1 && keep_at(at)->inode != s->a[0]) {
        before = at;
        at = keep_at(at)->next;
    }
    if (!at) {
        return -EBADF;
    }
    if (keep_at(at)->users != 1) {
        return keep_has(process, s->a[0]) ? 0 : -EBADF;
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
    return 0;
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

uint32_t keeper_kept_page(uint64_t number, uint64_t index)
{
    const struct inode *inode = inode_at((uint32_t)number);
    return index < (inode->size + KEEPER_PAGE - 1) / KEEPER_PAGE
               ? content_page(inode, index)
               : 0;
}
