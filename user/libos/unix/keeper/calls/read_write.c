/*
 * Reading and writing by descriptors: one switch over what the description is
 * of, since a file's content, a pipe, a socket, the terminal and a device have
 * nothing in common but these two calls. Only files and directories have
 * positions; only files can be cut.
 *
 * A process may have less memory at its buffer than it asks for (`lacks`): the
 * last argument says so, and partial.c what Linux would do then.
 */
#include "libos/unix/keeper/calls/read_write.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/calls/partial.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/device.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/terminal/tty.h"

/* Has it a position? */
static bool may_seek(const struct description *open)
{
    return open->kind != OPEN_PIPE && open->kind != OPEN_SOCKET &&
           open->kind != OPEN_TTY;
}

/* No byte lies behind the largest offset. (Positions are never negative.) */
static bool too_far(uint64_t at, uint64_t count)
{
    return count > INT64_MAX - at;
}

static int64_t content_read_at(struct description *open, uint64_t at, void *to,
                               uint64_t count)
{
    struct inode *inode = inode_at(open->vnode);
    if (too_far(at, count)) {
        return -EINVAL;
    }
    uint64_t done = content_read(inode, at, to, count);
    if (done && !(open->flags & O_NOATIME) && inode->atime <= inode->mtime) {
        inode->atime = inode_now();
    }
    return (int64_t)done;
}

static int64_t content_write_at(struct description *open, uint64_t at,
                                const void *from, uint64_t count)
{
    struct inode *inode = inode_at(open->vnode);
    if (too_far(at, count)) {
        return -EINVAL;
    }
    int64_t done = content_write(inode, at, from, count);
    if (done > 0) {
        inode_modified(inode);
    }
    return done;
}

static int64_t content_read_on(struct description *open, void *to,
                               uint64_t count)
{
    int64_t done = content_read_at(open, open->position, to, count);
    open->position += done > 0 ? (uint64_t)done : 0;
    return done;
}

int64_t file_read(struct serve *s, struct description *open, void *to,
                  uint64_t count)
{
    if (!description_reads(open)) {
        return -EBADF;
    }
    switch (open->kind) {
    case OPEN_DIRECTORY:
        return -EISDIR;
    case OPEN_PIPE:
        return pipe_read(s, open, to, count);
    case OPEN_SOCKET:
        return socket_read(s, open, to, count, !(open->flags & O_NONBLOCK));
    case OPEN_TTY:
        return tty_read(s, open, to, count);
    case OPEN_FILE:
        return content_read_on(open, to, count);
    default:
        return device_read(open, to, count);
    }
}

int64_t file_write(struct serve *s, struct description *open, const void *from,
                   uint64_t count)
{
    int64_t done;
    if (!description_writes(open)) {
        return -EBADF;
    }
    switch (open->kind) {
    case OPEN_PIPE:
        return signal_pipe(s->process, pipe_write(s, open, from, count));
    case OPEN_SOCKET:
        return signal_pipe(
            s->process,
            socket_write(s, open, from, count, !(open->flags & O_NONBLOCK)));
    case OPEN_TTY:
        return tty_write(s, open, from, count);
    case OPEN_FILE:
        if (open->flags & O_APPEND) {
            open->position = inode_at(open->vnode)->size;
        }
        done = content_write_at(open, open->position, from, count);
        open->position += done > 0 ? (uint64_t)done : 0;
        return done;
    default:
        return device_write(open, count);
    }
}

int64_t serve_read(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    uint64_t count = s->a[2];
    int64_t error = s->a[3] && description_reads(open)
                        ? partial_read(open, open->position, &count)
                        : 0;
    return error ? error : file_read(s, open, s->at[1], count);
}

int64_t serve_write(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    uint64_t count = s->a[2], lacks = s->a[3] & INT32_MAX;
    int64_t error = lacks && description_writes(open)
                        ? partial_write(open, lacks, &count)
                        : 0;
    return error ? error : file_write(s, open, s->at[1], count);
}

/* May `count` bytes from that offset be meant? 0; -EINVAL, -EBADF, -ESPIPE. */
static int check_offset(const struct description *open, bool may,
                        uint64_t offset, uint64_t count)
{
    if ((int64_t)offset < 0) {
        return -EINVAL;
    }
    if (!may) {
        return -EBADF;
    }
    if (!may_seek(open)) {
        return -ESPIPE;
    }
    return too_far(offset, count) ? -EINVAL : 0;
}

int64_t serve_pread64(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    uint64_t count = s->a[2], at = s->a[3];
    int64_t error = check_offset(open, description_reads(open), at, count);
    if (!error && s->a[4]) {
        error = partial_read(open, at, &count);
    }
    if (error) {
        return error;
    }
    if (open->kind == OPEN_FILE) {
        return content_read_at(open, at, s->at[1], count);
    }
    return open->kind == OPEN_DIRECTORY ? -EISDIR
                                        : device_read(open, s->at[1], count);
}

int64_t serve_pwrite64(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    uint64_t count = s->a[2], at = s->a[3], lacks = s->a[4] & INT32_MAX;
    int64_t error = check_offset(open, description_writes(open), at, count);
    if (!error && lacks) {
        error = partial_write(open, lacks, &count);
    }
    if (error) {
        return error;
    }
    if (open->kind == OPEN_FILE) {
        at = open->flags & O_APPEND ? inode_at(open->vnode)->size : at;
        return content_write_at(open, at, s->at[1], count);
    }
    return device_write(open, count);
}

/* SEEK_DATA and SEEK_HOLE: the next page from there on that is, or is no,
 * hole; the end is one. */
static int64_t seek_part(const struct description *open, int64_t from,
                         bool data)
{
    const struct inode *inode = inode_at(open->vnode);
    if (open->kind != OPEN_FILE) {
        return -EINVAL;
    }
    if (from < 0 || (uint64_t)from >= inode->size) {
        return -ENXIO;
    }
    uint64_t at = content_find(inode, (uint64_t)from, data);
    return data && at >= inode->size ? -ENXIO : (int64_t)at;
}

int64_t serve_lseek(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    int64_t offset = (int64_t)s->a[1], base = 0;
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (!may_seek(open)) {
        return -ESPIPE;
    }
    switch (s->a[2]) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = (int64_t)open->position;
        break;
    case SEEK_END:
        base =
            open->kind == OPEN_FILE ? (int64_t)inode_at(open->vnode)->size : 0;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        offset = seek_part(open, offset, s->a[2] == SEEK_DATA);
        if (offset < 0) {
            return offset;
        }
        break;
    default:
        return -EINVAL;
    }
    if (open->kind != OPEN_FILE && open->kind != OPEN_DIRECTORY) {
        return 0; /* a device */
    }
    if (__builtin_add_overflow(offset, base, &offset) || offset < 0) {
        return -EINVAL;
    }
    open->position = (uint64_t)offset;
    return offset;
}

/* One page from a file to an open file: how much; what is not taken is not
 * read. */
static int64_t send_page(struct serve *s, struct description *out,
                         struct description *in, uint64_t at, uint64_t count)
{
    static uint8_t page[KEEPER_PAGE];
    uint64_t n = count < sizeof(page) ? count : sizeof(page);
    int64_t there = content_read_at(in, at, page, n);
    if (there <= 0) {
        return there;
    }
    s->process->done = 0; /* pipe_write counts in it */
    if (out->kind == OPEN_PIPE && !(out->flags & O_NONBLOCK)) {
        uint64_t room = PIPE_SIZE - pipe_filled(out);
        there = room && (uint64_t)there > room ? (int64_t)room : there;
    }
    return file_write(s, out, page, (uint64_t)there);
}

int64_t serve_sendfile(struct serve *s)
{
    struct description *out = descriptor_open(s->process, s->a[0]);
    struct description *in = descriptor_open(s->process, s->a[1]);
    uint64_t at = 0, done = 0;
    int64_t n = 0;
    if (!description_writes(out) || !description_reads(in)) {
        return -EBADF;
    }
    if (in->kind != OPEN_FILE || out->kind == OPEN_SOCKET ||
        out->flags & O_APPEND) {
        return -EINVAL;
    }
    at = in->position;
    if (s->at[2]) {
        memcpy(&at, s->at[2], sizeof(at));
    }
    if ((int64_t)at < 0) {
        return -EINVAL;
    }
    while (done < s->a[3] && done < 16 * WINDOW_DATA) {
        n = send_page(s, out, in, at + done, s->a[3] - done);
        if (n <= 0) {
            break;
        }
        done += (uint64_t)n;
        if (disorder_chance(4)) {
            break; /* it may send less than it was asked to */
        }
    }
    s->process->done = 0;
    if (!done) {
        return n;
    }
    at += done;
    if (s->at[2]) {
        memcpy(s->at[2], &at, sizeof(at));
    } else {
        in->position = at;
    }
    return (int64_t)done;
}

int file_resize(uint32_t vnode, uint64_t size)
{
    struct inode *inode = inode_at(vnode);
    uint64_t before = inode->size;
    int error = content_resize(inode, size);
    if (!error) {
        inode_modified(inode);
    }
    if (!error && size < before) {
        mapping_truncate(vnode, (size + KEEPER_PAGE - 1) / KEEPER_PAGE);
    }
    return error;
}

int64_t serve_ftruncate(struct serve *s)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if ((int64_t)s->a[1] < 0 || open->kind != OPEN_FILE ||
        !description_writes(open)) {
        return -EINVAL;
    }
    return file_resize(open->vnode, s->a[1]);
}

int64_t serve_fallocate(struct serve *s)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    uint64_t start = s->a[2], end = 0;
    if (!description_writes(open)) {
        return -EBADF;
    }
    if (s->a[1] & ~(uint64_t)FALLOC_FL_KEEP_SIZE) {
        return -EOPNOTSUPP;
    }
    if ((int64_t)start < 0 || (int64_t)s->a[3] <= 0) {
        return -EINVAL;
    }
    if (open->kind != OPEN_FILE) {
        return may_seek(open) ? -ENODEV : -ESPIPE;
    }
    if (__builtin_add_overflow(start, s->a[3], &end) || end > CONTENT_MAX) {
        return -EFBIG;
    }
    struct inode *inode = inode_at(open->vnode);
    uint64_t pages = (end - start) / KEEPER_PAGE;
    if (pages + pages / 512 + 16 > machine_pages_free()) {
        return -ENOSPC;
    }
    for (uint64_t i = start / KEEPER_PAGE; i * KEEPER_PAGE < end; i++) {
        if (!content_page(inode, i) && !content_own(inode, i)) {
            return -ENOSPC;
        }
    }
    return end > inode->size && !s->a[1] ? file_resize(open->vnode, end) : 0;
}

int64_t serve_fsync(struct serve *s)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    return open->kind == OPEN_FILE || open->kind == OPEN_DIRECTORY ? 0
                                                                   : -EINVAL;
}
