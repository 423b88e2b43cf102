#include "libos/unix/keeper/opening.h"

#include "lib/string.h"
#include "libos/unix/keeper/content.h"
#include "libos/unix/keeper/descriptor.h"
#include "libos/unix/keeper/device.h"
#include "libos/unix/keeper/directory.h"
#include "libos/unix/keeper/file.h"
#include "libos/unix/keeper/pipe.h"
#include "libos/unix/keeper/procfs.h"
#include "libos/unix/keeper/tty.h"

/* What F_GETFL tells, and what an open file needs to know of its flags. */
#define FLAGS_KEPT                                                             \
    (O_ACCMODE | O_APPEND | O_NONBLOCK | O_DSYNC | O_ASYNC | O_DIRECT |        \
     O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_PATH)

int opening_create(const struct place *place, uint32_t mode, uint32_t *inode)
{
    if (place->parent & NODE_PROC) {
        return -EACCES;
    }
    if (!inode_at(place->parent)->links) {
        return -ENOENT;
    }
    *inode = inode_new(mode);
    if (!*inode) {
        return -ENOSPC;
    }
    int error =
        directory_add(place->parent, place->name, place->length, *inode);
    inode_drop(*inode);
    return error;
}

/* The place of what is to be opened; created if it shall be. */
static int find(struct serve *s, uint32_t flags, struct place *place,
                bool *created)
{
    bool create = flags & O_CREAT && !(flags & O_PATH);
    bool follow = !(flags & O_NOFOLLOW) && !(create && flags & O_EXCL);
    int error = path_walk(s->process, s->a[0], s->at[1],
                          (follow ? WALK_FOLLOW : 0u) |
                              (create ? WALK_ABSENT | WALK_FILE : 0u),
                          place);
    if (error) {
        return error;
    }
    if (place->node) {
        return create && flags & O_EXCL                   ? -EEXIST
               : create && node_is_directory(place->node) ? -EISDIR
                                                          : 0;
    }
    uint32_t mode = ((uint32_t)s->a[3] & 07777) & ~s->process->umask;
    *created = true;
    return opening_create(place, S_IFREG | mode, &place->node);
}

/* The kind of open file that a node becomes; -errno. */
static int kind_of(struct serve *s, uint32_t node, uint32_t flags)
{
    uint32_t mode = node_mode(node);
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
        return node & NODE_PROC && writes ? -EACCES : OPEN_FILE;
    case S_IFIFO:
        return OPEN_PIPE;
    case S_IFCHR:
        if (inode_at(node)->device == TTY_DEVICE && !s->process->tty) {
            return -ENXIO;
        }
        return device_kind(inode_at(node)->device);
    default:
        return -ENXIO;
    }
}

/* A fifo: 0 if both ends are there or need not be; SERVE_WAITS; -ENXIO. What
 * has no name, a pipe that is opened again through /proc, never waits. */
static int64_t open_fifo(struct serve *s, uint32_t number, bool fresh)
{
    struct open *open = open_at(number);
    bool reads = (open->flags & O_ACCMODE) == O_RDONLY;
    bool named = inode_at(open->node)->links;
    if (fresh && named && (open->flags & O_ACCMODE) == O_WRONLY &&
        open->flags & O_NONBLOCK && !pipe_has_reader(open->node)) {
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
    if (!error && open_at(number)->kind == OPEN_PIPE) {
        error = open_fifo(s, number, fresh);
    } else if (error && fresh && open_at(number)->kind == OPEN_PIPE) {
        open_at(number)->kind = OPEN_PATH;
    }
    if (error == SERVE_WAITS) {
        process->held = number;
        return error;
    }
    process->held = 0;
    if (error) {
        open_drop(number);
        return error;
    }
    if (!(open_at(number)->flags & O_PATH)) {
        open_at(number)->flags &= ~(uint32_t)(O_DIRECTORY | O_NOFOLLOW);
    }
    descriptor_set(process, fd, number, s->a[2] & O_CLOEXEC);
    return fd;
}

/* What /proc says is written into a file without a name. */
static int proc_open(struct place *place)
{
    uint32_t inode = inode_new(S_IFREG | (node_mode(place->node) & 07777));
    if (!inode) {
        return -ENFILE;
    }
    int error = proc_text(place->node, inode_at(inode));
    if (error) {
        inode_drop(inode);
        return error;
    }
    place->node = inode;
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
    if (open_count() == OPEN_MAX) {
        return -ENFILE;
    }
    int error = find(s, flags, &place, &created);
    int kind = error ? error : kind_of(s, place.node, flags);
    if (kind < 0) {
        return kind;
    }
    bool proc = place.node & NODE_PROC && kind == OPEN_FILE;
    error = proc ? proc_open(&place) : 0;
    if (!error && kind == OPEN_FILE && flags & O_TRUNC && !created) {
        error = file_resize(place.node, 0);
    }
    uint32_t number = 0;
    if (!error) {
        number = open_new(place.node, (enum open_kind)kind, flags & FLAGS_KEPT);
        error = number ? 0 : -ENFILE;
    }
    if (proc && !(place.node & NODE_PROC)) {
        inode_drop(place.node);
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
        inode ? open_new(inode, OPEN_FILE, O_RDWR | O_LARGEFILE) : 0;
    if (inode) {
        inode_drop(inode);
    }
    if (!open) {
        return -ENFILE;
    }
    descriptor_set(process, fd, open, s->a[1] & MFD_CLOEXEC);
    return fd;
}
