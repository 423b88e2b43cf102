/*
 * Opening by name, in the order in which errors count: is there room for a
 * descriptor and a description; the walk, which may create the file; what it is
 * and whether that can be opened so; for /proc, the text; then truncation,
 * which cannot be taken back.
 *
 * A fifo waits for its other end. The description is there already then (it is
 * an end, and the other end must see it), but has no descriptor: the record
 * holds it (`held`) until the answer, whatever the answer is.
 */
#include "libos/unix/keeper/calls/open.h"

#include "lib/string.h"
#include "libos/unix/keeper/calls/read_write.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/device.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/procfs.h"
#include "libos/unix/keeper/process/proc_text.h"
#include "libos/unix/keeper/terminal/tty.h"

/* What F_GETFL tells, and what an open file needs to know of its flags. */
#define FLAGS_KEPT                                                             \
    (O_ACCMODE | O_APPEND | O_NONBLOCK | O_DSYNC | O_ASYNC | O_DIRECT |        \
     O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_PATH)

int open_create(const struct place *place, uint32_t mode, uint32_t *inode)
{
    if (place->parent & VNODE_PROC) {
        return -EACCES;
    }
    if (!inode_at(place->parent)->links) {
        return -ENOENT;
    }
    *inode = inode_new(mode);
    if (!*inode) {
        return -ENOSPC;
    }
    int error = dirent_add(place->parent, place->name, place->length, *inode);
    inode_drop(*inode);
    return error;
}

/* The place of what is to be opened; created if it shall be. */
static int find(struct serve *s, uint32_t flags, struct place *place,
                bool *created)
{
    bool create = flags & O_CREAT && !(flags & O_PATH);
    bool follow = !(flags & O_NOFOLLOW) && !(create && flags & O_EXCL);
    int error = lookup(s->process, s->a[0], s->at[1],
                       (follow ? WALK_FOLLOW : 0u) |
                           (create ? WALK_ABSENT | WALK_FILE : 0u),
                       place);
    if (error) {
        return error;
    }
    if (place->vnode) {
        return create && flags & O_EXCL                     ? -EEXIST
               : create && vnode_is_directory(place->vnode) ? -EISDIR
                                                            : 0;
    }
    uint32_t mode = ((uint32_t)s->a[3] & 07777) & ~s->process->umask;
    *created = true;
    return open_create(place, S_IFREG | mode, &place->vnode);
}

/* The kind of open file that a vnode becomes; -errno. */
static int kind_of(struct serve *s, uint32_t vnode, uint32_t flags)
{
    uint32_t mode = vnode_mode(vnode);
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    if (flags & O_DIRECTORY && (mode & S_IFMT) != S_IFDIR) {
        return -ENOTDIR;
    }
    if (flags & O_PATH) {
        return OPEN_PATH;
    }
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return writes || flags & O_TRUNC ? -EISDIR : OPEN_DIRECTORY;
    case S_IFLNK:
        return -ELOOP;
    case S_IFREG:
        return vnode & VNODE_PROC && writes ? -EACCES : OPEN_FILE;
    case S_IFIFO:
        return OPEN_PIPE;
    case S_IFCHR:
        if (inode_at(vnode)->device == TTY_DEVICE && !s->process->tty) {
            return -ENXIO;
        }
        return device_kind(inode_at(vnode)->device);
    default:
        return -ENXIO;
    }
}

/* A fifo: 0 if both ends are there or need not be; SERVE_WAITS; -ENXIO. What
 * has no name, a pipe that is opened again through /proc, never waits. */
static int64_t open_fifo(struct serve *s, uint32_t number, bool fresh)
{
    struct description *open = description_at(number);
    bool reads = (open->flags & O_ACCMODE) == O_RDONLY;
    bool named = inode_at(open->vnode)->links;
    if (fresh && named && (open->flags & O_ACCMODE) == O_WRONLY &&
        open->flags & O_NONBLOCK && !pipe_has_reader(open->vnode)) {
        open->kind = OPEN_PATH; /* it never was an end */
        return -ENXIO;
    }
    int error = fresh ? pipe_open(open) : 0;
    if (error) {
        open->kind = OPEN_PATH;
        return error;
    }
    if (!named || (open->flags & O_ACCMODE) == O_RDWR || pipe_has_other(open) ||
        (reads && open->flags & O_NONBLOCK)) {
        return 0;
    }
    return serve_wait(s, WAIT_PIPE, pipe_number(open));
}

/* An open file gets its descriptor, which is there; or goes again. */
static int64_t open_finish(struct serve *s, uint32_t number)
{
    struct process *process = s->process;
    bool fresh = !process->held;
    int fd = descriptor_free(process, 0);
    int64_t error = fd < 0 ? fd : 0;
    if (!error && description_at(number)->kind == OPEN_PIPE) {
        error = open_fifo(s, number, fresh);
    } else if (error && fresh && description_at(number)->kind == OPEN_PIPE) {
        description_at(number)->kind = OPEN_PATH;
    }
    if (error == SERVE_WAITS) {
        process->held = number;
        return error;
    }
    process->held = 0;
    if (error) {
        description_drop(number);
        return error;
    }
    if (!(description_at(number)->flags & O_PATH)) {
        description_at(number)->flags &= ~(uint32_t)(O_DIRECTORY | O_NOFOLLOW);
    }
    descriptor_set(process, fd, number, s->a[2] & O_CLOEXEC);
    return fd;
}

/* What /proc says is written into a file without a name. */
static int proc_open(struct place *place)
{
    uint32_t inode = inode_new(S_IFREG | (vnode_mode(place->vnode) & 07777));
    if (!inode) {
        return -ENFILE;
    }
    int error = proc_text(place->vnode, inode_at(inode));
    if (error) {
        inode_drop(inode);
        return error;
    }
    place->vnode = inode;
    return 0;
}

int64_t serve_openat(struct serve *s)
{
    uint32_t flags = (uint32_t)s->a[2];
    struct place place;
    bool created = false;
    if (s->process->held) {
        return open_finish(s, s->process->held);
    }
    if (flags & O_TMPFILE_BIT) {
        return -EOPNOTSUPP;
    }
    if (descriptor_free(s->process, 0) < 0) {
        return -EMFILE;
    }
    if (description_count() == DESCRIPTIONS_MAX) {
        return -ENFILE;
    }
    int error = find(s, flags, &place, &created);
    int kind = error ? error : kind_of(s, place.vnode, flags);
    if (kind < 0) {
        return kind;
    }
    bool proc = place.vnode & VNODE_PROC && kind == OPEN_FILE;
    error = proc ? proc_open(&place) : 0;
    if (!error && kind == OPEN_FILE && flags & O_TRUNC && !created) {
        error = file_resize(place.vnode, 0);
    }
    uint32_t number = 0;
    if (!error) {
        number = description_new(place.vnode, (enum description_kind)kind,
                                 flags & FLAGS_KEPT);
        error = number ? 0 : -ENFILE;
    }
    if (proc && !(place.vnode & VNODE_PROC)) {
        inode_drop(place.vnode);
    }
    return error ? error : open_finish(s, number);
}

int64_t serve_memfd_create(struct serve *s)
{
    struct process *process = s->process;
    int fd = descriptor_free(process, 0);
    if (s->a[1] & ~(uint64_t)(MFD_CLOEXEC | MFD_ALLOW_SEALING) ||
        strlen(s->at[0]) > NAME_MAX - 6) {
        return -EINVAL;
    }
    if (fd < 0) {
        return fd;
    }
    uint32_t inode = inode_new(S_IFREG | 0777);
    uint32_t open =
        inode ? description_new(inode, OPEN_FILE, O_RDWR | O_LARGEFILE) : 0;
    if (inode) {
        inode_drop(inode);
    }
    if (!open) {
        return -ENFILE;
    }
    descriptor_set(process, fd, open, s->a[1] & MFD_CLOEXEC);
    return fd;
}
