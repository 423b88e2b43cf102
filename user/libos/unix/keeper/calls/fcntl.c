/*
 * Descriptors themselves: closing, duplicating, flags. What belongs to the
 * number (close-on-exec) is in the process's record, what belongs to the
 * description (append, non-blocking) is shared with all who have it; mixing
 * them up is the classical mistake.
 */
#include "libos/unix/keeper/calls/fcntl.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/lock.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/terminal/tty.h"

#define FLAGS_SET (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

int64_t serve_close(struct serve *s)
{
    return descriptor_close(s->process, (int)s->a[0]);
}

int64_t serve_close_range(struct serve *s)
{
    uint64_t first = (uint32_t)s->a[0], last = (uint32_t)s->a[1];
    uint64_t flags = s->a[2];
    if (first > last ||
        flags & ~(uint64_t)(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) {
        return -EINVAL;
    }
    for (uint64_t fd = first; fd <= last && fd < DESCRIPTORS; fd++) {
        if (!descriptor_get(s->process, fd)) {
            continue;
        }
        if (flags & CLOSE_RANGE_CLOEXEC) {
            s->process->files[fd] |= DESCRIPTOR_CLOEXEC;
        } else {
            descriptor_close(s->process, (int)fd);
        }
    }
    return 0;
}

/* Another descriptor of the same open file, the lowest from there on. */
static int64_t duplicate(struct serve *s, uint64_t from, bool cloexec)
{
    uint32_t open = descriptor_get(s->process, s->a[0]);
    if (from >= DESCRIPTORS) {
        return -EINVAL;
    }
    int fd = descriptor_free(s->process, (unsigned)from);
    if (fd >= 0) {
        description_hold(open);
        descriptor_set(s->process, fd, open, cloexec);
    }
    return fd;
}

int64_t serve_dup(struct serve *s)
{
    return descriptor_get(s->process, s->a[0]) ? duplicate(s, 0, false)
                                               : -EBADF;
}

int64_t serve_dup3(struct serve *s)
{
    uint32_t open = descriptor_get(s->process, s->a[0]);
    uint32_t from = (uint32_t)s->a[0], to = (uint32_t)s->a[1];
    if (s->a[2] & ~(uint64_t)O_CLOEXEC || from == to) {
        return -EINVAL;
    }
    if (!open || to >= DESCRIPTORS) {
        return -EBADF;
    }
    description_hold(open);
    descriptor_close(s->process, (int)to);
    descriptor_set(s->process, (int)to, open, s->a[2] & O_CLOEXEC);
    return to;
}

static int64_t set_flags(struct description *open, uint32_t flags)
{
    open->flags = (open->flags & ~(uint32_t)FLAGS_SET) | (flags & FLAGS_SET);
    return 0;
}

int64_t serve_fcntl(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    if (!open) {
        return -EBADF;
    }
    uint16_t *file = &s->process->files[(uint32_t)s->a[0]];
    switch ((uint32_t)s->a[1]) {
    case F_DUPFD:
        return duplicate(s, s->a[2], false);
    case F_DUPFD_CLOEXEC:
        return duplicate(s, s->a[2], true);
    case F_GETFD:
        return *file & DESCRIPTOR_CLOEXEC ? FD_CLOEXEC : 0;
    case F_SETFD:
        *file = (uint16_t)((*file & ~DESCRIPTOR_CLOEXEC) |
                           (s->a[2] & FD_CLOEXEC ? DESCRIPTOR_CLOEXEC : 0));
        return 0;
    case F_GETFL:
        return open->flags;
    default:
        break;
    }
    if (open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (F_IS_LOCK((uint32_t)s->a[1])) {
        return lock_fcntl(s);
    }
    switch ((uint32_t)s->a[1]) {
    case F_SETFL:
        return set_flags(open, (uint32_t)s->a[2]);
    case F_GETPIPE_SZ:
        return open->kind == OPEN_PIPE ? (int64_t)PIPE_SIZE : -EBADF;
    default:
        return -EINVAL;
    }
}

/* FIONREAD of what is no terminal. */
static int64_t bytes_there(struct serve *s, const struct description *open)
{
    int32_t *at = serve_at(s, 2, sizeof(*at)), count = 0;
    if (open->kind == OPEN_PIPE) {
        count = (int32_t)pipe_filled(open);
    } else if (open->kind == OPEN_SOCKET) {
        count = (int32_t)socket_filled(open);
    } else if (open->kind == OPEN_FILE) {
        int64_t left = (int64_t)(inode_at(open->vnode)->size - open->position);
        count = left < INT32_MIN   ? INT32_MIN
                : left > INT32_MAX ? INT32_MAX
                                   : (int32_t)left;
    } else {
        return -ENOTTY;
    }
    if (!at) {
        return -EFAULT;
    }
    memcpy(at, &count, sizeof(count));
    return 0;
}

int64_t serve_ioctl(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    uint16_t *file = &s->process->files[(uint32_t)s->a[0]];
    int32_t *at = NULL, value;
    switch ((uint32_t)s->a[1]) {
    case FIOCLEX:
        *file |= DESCRIPTOR_CLOEXEC;
        return 0;
    case FIONCLEX:
        *file &= (uint16_t)~DESCRIPTOR_CLOEXEC;
        return 0;
    case FIONBIO:
        at = serve_at(s, 2, sizeof(*at));
        if (!at) {
            return -EFAULT;
        }
        memcpy(&value, at, sizeof(value));
        open->flags =
            (open->flags & ~(uint32_t)O_NONBLOCK) | (value ? O_NONBLOCK : 0u);
        return 0;
    default:
        break;
    }
    if (open->kind == OPEN_TTY) {
        return tty_ioctl(s);
    }
    return (uint32_t)s->a[1] == FIONREAD ? bytes_there(s, open) : -ENOTTY;
}
