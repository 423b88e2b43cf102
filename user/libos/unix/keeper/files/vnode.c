/*
 * A vnode is what a name can lead to: an inode, or an entry of /proc, which is
 * nowhere but in its number. Here is the one place that tells them apart, for
 * what both have: type, permissions, what stat says.
 */
#include "libos/unix/keeper/files/vnode.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/procfs.h"

void vnode_hold(uint32_t vnode)
{
    if (!(vnode & VNODE_PROC)) {
        inode_hold(vnode);
    }
}

void vnode_drop(uint32_t vnode)
{
    if (!(vnode & VNODE_PROC)) {
        inode_drop(vnode);
    }
}

uint32_t vnode_mode(uint32_t vnode)
{
    return vnode & VNODE_PROC ? proc_mode(vnode) : inode_at(vnode)->mode;
}

bool vnode_is_directory(uint32_t vnode)
{
    return (vnode_mode(vnode) & S_IFMT) == S_IFDIR;
}

static struct timespec time_of(int64_t ns)
{
    int64_t second = 1000000000, seconds = ns / second;
    if (ns % second < 0) {
        seconds--;
    }
    return (struct timespec){seconds, ns - seconds * second};
}

static void proc_stat(uint32_t vnode, struct stat *stat)
{
    stat->st_dev = DEVICE_FILES + 1;
    stat->st_ino = vnode & ~VNODE_PROC ? vnode & ~VNODE_PROC : 1;
    stat->st_nlink = vnode_is_directory(vnode) ? 2 : 1;
    stat->st_mode = proc_mode(vnode);
    stat->st_blksize = 1024;
    stat->st_atim = stat->st_mtim = stat->st_ctim = time_of(inode_now());
}

int vnode_stat(uint32_t vnode, struct stat *stat)
{
    memset(stat, 0, sizeof(*stat));
    if (!vnode_mode(vnode)) {
        return -ENOENT;
    }
    if (vnode & VNODE_PROC) {
        proc_stat(vnode, stat);
        return 0;
    }
    const struct inode *inode = inode_at(vnode);
    stat->st_dev = DEVICE_FILES;
    stat->st_ino = vnode;
    stat->st_nlink = inode->links;
    stat->st_mode = inode->mode;
    stat->st_uid = inode->uid;
    stat->st_gid = inode->gid;
    stat->st_rdev = inode->device;
    stat->st_size = (int64_t)inode->size;
    stat->st_blksize = KEEPER_PAGE;
    uint64_t pages = (uint64_t)inode->own;
    if ((inode->mode & S_IFMT) == S_IFREG) {
        pages += inode->image_pages;
    }
    stat->st_blocks = (int64_t)(pages * (KEEPER_PAGE / 512));
    stat->st_atim = time_of(inode->atime);
    stat->st_mtim = time_of(inode->mtime);
    stat->st_ctim = time_of(inode->ctime);
    return 0;
}
