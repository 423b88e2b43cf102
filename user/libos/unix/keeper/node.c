#include "libos/unix/keeper/node.h"

#include "lib/string.h"
#include "libos/unix/keeper/procfs.h"

void node_hold(uint32_t node)
{
    if (!(node & NODE_PROC)) {
        inode_hold(node);
    }
}

void node_drop(uint32_t node)
{
    if (!(node & NODE_PROC)) {
        inode_drop(node);
    }
}

uint32_t node_mode(uint32_t node)
{
    return node & NODE_PROC ? proc_mode(node) : inode_at(node)->mode;
}

bool node_is_directory(uint32_t node)
{
    return (node_mode(node) & S_IFMT) == S_IFDIR;
}

static struct timespec time_of(int64_t ns)
{
    int64_t second = 1000000000, seconds = ns / second;
    if (ns % second < 0) {
        seconds--;
    }
    return (struct timespec){seconds, ns - seconds * second};
}

static void proc_stat(uint32_t node, struct stat *stat)
{
    stat->st_dev = DEVICE_FILES + 1;
    stat->st_ino = node & ~NODE_PROC ? node & ~NODE_PROC : 1;
    stat->st_nlink = node_is_directory(node) ? 2 : 1;
    stat->st_mode = proc_mode(node);
    stat->st_blksize = 1024;
    stat->st_atim = stat->st_mtim = stat->st_ctim = time_of(inode_now());
}

int node_stat(uint32_t node, struct stat *stat)
{
    memset(stat, 0, sizeof(*stat));
    if (!node_mode(node)) {
        return -ENOENT;
    }
    if (node & NODE_PROC) {
        proc_stat(node, stat);
        return 0;
    }
    const struct inode *inode = inode_at(node);
    stat->st_dev = DEVICE_FILES;
    stat->st_ino = node;
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
