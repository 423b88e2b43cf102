/*
 * Inodes live by two counts: links, the names that directories have for one,
 * and users, who has it open or is in it. The last of either frees it, and what
 * it held with it: a directory that has lost its name still holds its parent,
 * so that ".." works in it, and letting go of one may let go of the next. That
 * is the loop of inode_drop, which is no recursion: a chain of removed
 * directories may be as long as memory allows.
 */
#include "libos/unix/keeper/files/inode.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/image.h"
#include "libos/unix/keeper/record/pool.h"

static struct pool inodes;
static int64_t base;

void inode_begin(int64_t clock_base)
{
    base = clock_base;
    pool_begin(&inodes, sizeof(struct inode), INODES_MAX);
}

uint32_t inode_new(uint32_t mode)
{
    uint32_t number = pool_take(&inodes);
    if (number) {
        struct inode *inode = inode_at(number);
        inode->mode = mode;
        inode->users = 1;
        inode_new_version(inode);
        inode->atime = inode->mtime = inode->ctime = inode_now();
    }
    return number;
}

void inode_new_version(struct inode *inode)
{
    static uint64_t last;
    inode->version = ++last;
}

struct inode *inode_at(uint32_t number)
{
    return pool_at(&inodes, number);
}

/* Frees it; returns the inode that it held, 0 if none. */
static uint32_t inode_free(uint32_t number)
{
    struct inode *inode = inode_at(number);
    uint32_t held = 0;
    if ((inode->mode & S_IFMT) == S_IFREG) {
        content_free(inode);
    } else if ((inode->mode & S_IFMT) == S_IFDIR) {
        held = inode->parent;
    } else if ((inode->mode & S_IFMT) == S_IFLNK && inode->target) {
        machine_page_give(inode->target);
    }
    pool_give(&inodes, number);
    return held;
}

void inode_hold(uint32_t number)
{
    inode_at(number)->users++;
}

void inode_drop(uint32_t number)
{
    while (number) {
        struct inode *inode = inode_at(number);
        inode->users--;
        number = inode->users || inode->links ? 0 : inode_free(number);
    }
}

void inode_link(uint32_t number)
{
    inode_at(number)->links++;
    inode_changed(inode_at(number));
}

void inode_unlink(uint32_t number)
{
    struct inode *inode = inode_at(number);
    /* inode_drop frees what has neither: a user for the moment, and it may. */
    inode->links--;
    inode_changed(inode);
    inode->users++;
    inode_drop(number);
}

int64_t inode_now(void)
{
    return (int64_t)machine_now() + base;
}

void inode_changed(struct inode *inode)
{
    inode->ctime = inode_now();
}

void inode_modified(struct inode *inode)
{
    inode->mtime = inode->ctime = inode_now();
}

uint32_t inode_count(void)
{
    return inodes.used;
}

uint32_t inode_target(const struct inode *inode, char *text)
{
    if (inode->target) {
        memcpy(text, machine_page(inode->target), inode->size);
    } else {
        image_read(inode->image_text, text, inode->size);
    }
    text[inode->size] = '\0';
    return (uint32_t)inode->size;
}
