/*
 * What is known of a file, told and changed: one search by path and one by
 * descriptor, and each call either with it. All are root's: permissions are
 * remembered and keep nobody out, but for a file that nobody may execute.
 */
#include "libos/unix/keeper/calls/stat.h"

#include "lib/string.h"
#include "libos/unix/keeper/calls/read_write.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/files/procfs.h"

/* The vnode of a path; flags are AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH. */
static int find(struct serve *s, uint64_t fd, const char *path, uint64_t flags,
                uint32_t *vnode)
{
    struct place place;
    int error = lookup(s->process, fd, path,
                       (flags & AT_SYMLINK_NOFOLLOW ? 0u : WALK_FOLLOW) |
                           (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0u),
                       &place);
    *vnode = place.vnode;
    return error;
}

/* The same, an inode that may be changed; -EPERM in /proc. */
static int find_inode(struct serve *s, uint64_t fd, const char *path,
                      uint64_t flags, struct inode **inode)
{
    uint32_t vnode;
    int error = find(s, fd, path, flags, &vnode);
    if (error) {
        return error;
    }
    if (vnode & VNODE_PROC) {
        return -EPERM;
    }
    *inode = inode_at(vnode);
    return 0;
}

/* The inode of a descriptor; not with O_PATH. */
static int fd_inode(struct serve *s, struct inode **inode)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (open->vnode & VNODE_PROC) {
        return -EPERM;
    }
    *inode = inode_at(open->vnode);
    return 0;
}

int64_t serve_newfstatat(struct serve *s)
{
    struct stat stat;
    uint32_t vnode;
    uint64_t flags = s->a[3];
    if (flags &
        ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    int error = find(s, s->a[0], s->at[1], flags, &vnode);
    error = error ? error : vnode_stat(vnode, &stat);
    if (!error) {
        memcpy(s->at[2], &stat, sizeof(stat));
    }
    return error;
}

int64_t serve_fstat(struct serve *s)
{
    struct stat stat;
    const struct description *open = descriptor_open(s->process, s->a[0]);
    int error = open ? vnode_stat(open->vnode, &stat) : -EBADF;
    if (!error) {
        memcpy(s->at[1], &stat, sizeof(stat));
    }
    return error;
}

static struct statx_time statx_time(struct timespec from)
{
    return (struct statx_time){from.tv_sec, (uint32_t)from.tv_nsec, 0};
}

static uint32_t major_of(uint64_t device)
{
    return (uint32_t)(device >> 8 & 0xfff) |
           (uint32_t)(device >> 32 & 0xfffff000);
}

static uint32_t minor_of(uint64_t device)
{
    return (uint32_t)(device & 0xff) | (uint32_t)(device >> 12 & 0xffffff00);
}

int64_t serve_statx(struct serve *s)
{
    struct stat stat;
    struct statx x = {0};
    uint32_t vnode;
    uint64_t flags = s->a[2];
    if (flags & ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT |
                            AT_EMPTY_PATH | AT_STATX_SYNC_TYPE) ||
        s->a[3] >> 31 & 1 ||
        (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE) {
        return -EINVAL;
    }
    int error = find(s, s->a[0], s->at[1], flags, &vnode);
    error = error ? error : vnode_stat(vnode, &stat);
    if (error) {
        return error;
    }
    x.stx_mask = STATX_BASIC_STATS;
    x.stx_blksize = (uint32_t)stat.st_blksize;
    x.stx_nlink = (uint32_t)stat.st_nlink;
    x.stx_uid = stat.st_uid;
    x.stx_gid = stat.st_gid;
    x.stx_mode = (uint16_t)stat.st_mode;
    x.stx_ino = stat.st_ino;
    x.stx_size = (uint64_t)stat.st_size;
    x.stx_blocks = (uint64_t)stat.st_blocks;
    x.stx_atime = statx_time(stat.st_atim);
    x.stx_mtime = statx_time(stat.st_mtim);
    x.stx_ctime = statx_time(stat.st_ctim);
    x.stx_rdev_major = major_of(stat.st_rdev);
    x.stx_rdev_minor = minor_of(stat.st_rdev);
    x.stx_dev_major = major_of(stat.st_dev);
    x.stx_dev_minor = minor_of(stat.st_dev);
    memcpy(s->at[4], &x, sizeof(x));
    return 0;
}

int64_t serve_readlinkat(struct serve *s)
{
    static char text[PATH_MAX];
    uint32_t vnode;
    uint64_t room = s->a[3];
    if ((int32_t)room <= 0) {
        return -EINVAL;
    }
    int length =
        find(s, s->a[0], s->at[1], AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, &vnode);
    if (length) {
        return length;
    }
    if ((vnode_mode(vnode) & S_IFMT) != S_IFLNK) {
        return *(const char *)s->at[1] ? -EINVAL : -ENOENT;
    }
    length = vnode & VNODE_PROC ? proc_link(vnode, text, sizeof(text))
                                : (int)inode_target(inode_at(vnode), text);
    if (length < 0) {
        return length;
    }
    uint64_t count = (uint64_t)length < room ? (uint64_t)length : room;
    memcpy(s->at[2], text, count);
    return (int64_t)count;
}

int64_t serve_faccessat2(struct serve *s)
{
    uint32_t vnode;
    uint64_t wanted = s->a[2], flags = s->a[3];
    if (wanted & ~7ull ||
        flags & ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_EACCESS | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    int error = find(s, s->a[0], s->at[1], flags, &vnode);
    if (error) {
        return error;
    }
    uint32_t mode = vnode_mode(vnode);
    bool directory = (mode & S_IFMT) == S_IFDIR;
    /* For root only execution needs a permission, anybody's. */
    return wanted & X_OK && !directory && !(mode & 0111) ? -EACCES : 0;
}

static int64_t set_mode(int error, struct inode *inode, uint64_t mode)
{
    if (!error) {
        inode->mode = (inode->mode & S_IFMT) | ((uint32_t)mode & 07777);
        inode_changed(inode);
    }
    return error;
}

int64_t serve_fchmod(struct serve *s)
{
    struct inode *inode = NULL;
    int error = fd_inode(s, &inode);
    return set_mode(error, inode, s->a[1]);
}

int64_t serve_fchmodat(struct serve *s)
{
    struct inode *inode = NULL;
    int error = find_inode(s, s->a[0], s->at[1], 0, &inode);
    return set_mode(error, inode, s->a[2]);
}

/* -1 leaves an owner as it is. Changing one takes S_ISUID from a program. */
static int64_t set_owner(int error, struct inode *inode, uint64_t uid,
                         uint64_t gid)
{
    if (error) {
        return error;
    }
    if ((uint32_t)uid != UINT32_MAX) {
        inode->uid = (uint32_t)uid;
    }
    if ((uint32_t)gid != UINT32_MAX) {
        inode->gid = (uint32_t)gid;
    }
    if ((inode->mode & S_IFMT) == S_IFREG) {
        inode->mode &= ~(uint32_t)S_ISUID;
        if (inode->mode & 010) {
            inode->mode &= ~(uint32_t)S_ISGID;
        }
    }
    inode_changed(inode);
    return 0;
}

int64_t serve_fchown(struct serve *s)
{
    struct inode *inode = NULL;
    int error = fd_inode(s, &inode);
    return set_owner(error, inode, s->a[1], s->a[2]);
}

int64_t serve_fchownat(struct serve *s)
{
    struct inode *inode = NULL;
    if (s->a[4] & ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    int error = find_inode(s, s->a[0], s->at[1], s->a[4], &inode);
    return set_owner(error, inode, s->a[2], s->a[3]);
}

/* 0, or -EINVAL if it is no time. */
static int set_time(int64_t *time, struct timespec to, int64_t now)
{
    if (to.tv_nsec == UTIME_OMIT) {
        return 0;
    }
    if (to.tv_nsec == UTIME_NOW) {
        *time = now;
        return 0;
    }
    if (to.tv_nsec < 0 || to.tv_nsec >= 1000000000) {
        return -EINVAL;
    }
    int64_t limit = INT64_MAX / 1000000000 - 1; /* the year 2262 */
    int64_t seconds = to.tv_sec > limit    ? limit
                      : to.tv_sec < -limit ? -limit
                                           : to.tv_sec;
    *time = seconds * 1000000000 + to.tv_nsec;
    return 0;
}

int64_t serve_utimensat(struct serve *s)
{
    struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    struct inode *inode = NULL;
    const char *path = s->at[1];
    uint64_t flags = s->a[3];
    if (flags & ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    if (!path && ((int32_t)s->a[0] == AT_FDCWD || flags)) {
        return flags ? -EINVAL : -EFAULT;
    }
    if (s->at[2]) {
        memcpy(times, s->at[2], sizeof(times));
    }
    int error = path ? find_inode(s, s->a[0], path, flags, &inode)
                     : fd_inode(s, &inode);
    if (error) {
        return error;
    }
    int64_t now = inode_now(), atime = inode->atime, mtime = inode->mtime;
    if (set_time(&atime, times[0], now) || set_time(&mtime, times[1], now)) {
        return -EINVAL;
    }
    inode->atime = atime;
    inode->mtime = mtime;
    inode->ctime = now;
    return 0;
}

static int64_t tell_system(struct serve *s, uint32_t vnode)
{
    struct statfs to = {0};
    bool proc = vnode & VNODE_PROC;
    to.f_type = proc ? PROC_MAGIC : TMPFS_MAGIC;
    to.f_bsize = to.f_frsize = KEEPER_PAGE;
    to.f_namelen = NAME_MAX;
    if (!proc) {
        to.f_blocks = machine_pages();
        to.f_bfree = to.f_bavail = machine_pages_free();
        to.f_files = INODES_MAX;
        to.f_ffree = INODES_MAX - inode_count();
    }
    memcpy(s->at[1], &to, sizeof(to));
    return 0;
}

int64_t serve_statfs(struct serve *s)
{
    uint32_t vnode;
    int error = find(s, (uint64_t)AT_FDCWD, s->at[0], 0, &vnode);
    return error ? error : tell_system(s, vnode);
}

int64_t serve_fstatfs(struct serve *s)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    return open ? tell_system(s, open->vnode) : -EBADF;
}

int64_t serve_truncate(struct serve *s)
{
    uint32_t vnode;
    if ((int64_t)s->a[1] < 0) {
        return -EINVAL;
    }
    int error = find(s, (uint64_t)AT_FDCWD, s->at[0], 0, &vnode);
    if (error) {
        return error;
    }
    uint32_t type = vnode_mode(vnode) & S_IFMT;
    if (type != S_IFREG) {
        return type == S_IFDIR ? -EISDIR : -EINVAL;
    }
    return vnode & VNODE_PROC ? -EPERM : file_resize(vnode, s->a[1]);
}
