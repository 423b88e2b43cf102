/*
 * Reading and writing. A request carries 64 KiB, a call any number of bytes in
 * up to 1024 parts: so a transfer walks through the parts, a window at a time.
 *
 *   parts    |---0---|--1--|---------2---------|
 *                       ^ now, within            left
 *   window           |=========|  as much as fits, from several parts
 *
 * What fits one window is one request, so that a small write to a pipe is not
 * mixed with others'. It ends where Linux would: an error after some bytes is
 * those bytes; less than was asked for ends it; a read goes on only if more is
 * there now. Where the program's memory ends too early the keeper is told how
 * much is lacking, since it depends on the file what Linux does then.
 *
 * With other threads to run, a call that would wait does not: the thread does.
 */
#include "libos/unix/personality/calls/io.h"

#include "abi/rights.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/thread/thread.h"

#define PARTS_MAX 1024
#define BYTES_MAX 0x7ffff000 /* of one call, as in Linux */
#define NO_OFFSET UINT64_MAX /* where the file stands */

struct part {
    uint64_t start, bytes;
};

/* One call's memory: parts, and how far it has come. */
struct transfer {
    int fd;
    uint64_t offset;
    unsigned count, now; /* parts; the one it is in */
    uint64_t within;     /* bytes done of that */
    uint64_t left;       /* bytes in all parts from here on */
};

static struct part parts[PARTS_MAX] SCRATCH;

static bool is_ready(int fd, uint16_t events)
{
    struct pollfd *file = request_data_at(0);
    *file = (struct pollfd){fd, (int16_t)events, 0};
    return request3(SYS_poll, 0, 1, 0) != 0;
}

bool io_would_wait(int fd, uint16_t events)
{
    if (thread_alone() || is_ready(fd, events)) {
        return false;
    }
    int64_t flags = request2(SYS_fcntl, fd, F_GETFL);
    return flags >= 0 && !(flags & O_NONBLOCK);
}

int64_t io_wait(int fd, uint16_t events)
{
    struct thread *t = thread_current();
    t->fd = fd;
    t->events = events;
    return thread_wait(WAIT_FILE, NEVER, 0);
}

/* How much of n bytes lies in the part where the transfer is; and goes on. */
static uint64_t step(struct transfer *t, uint64_t n)
{
    uint64_t left = parts[t->now].bytes - t->within;
    uint64_t piece = left < n ? left : n;
    t->within += piece;
    t->left -= piece;
    if (piece == left) {
        t->now++;
        t->within = 0;
    }
    return piece;
}

/* Goes on by n bytes. */
static void advance(struct transfer *t, uint64_t n)
{
    while (n > 0) {
        n -= step(t, n);
    }
}

/* Copies between the window's data and where the transfer is, as far as the
 * program's memory reaches: how many bytes of the n. */
static uint64_t copy(const struct transfer *t, uint64_t n, bool to_program)
{
    struct transfer at = *t;
    uint8_t *data = request_data();
    uint64_t done = 0;
    while (done < n) {
        uint64_t va = parts[at.now].start + at.within;
        uint64_t piece = step(&at, n - done);
        uint64_t some = to_program ? uaccess_write_some(va, data + done, piece)
                                   : uaccess_read_some(data + done, va, piece);
        done += some;
        if (some < piece) {
            break;
        }
    }
    return done;
}

/* How much of n bytes, from where the transfer is, can be stored to. */
static uint64_t room_for(const struct transfer *t, uint64_t n)
{
    struct transfer at = *t;
    uint64_t room = 0;
    while (room < n) {
        uint64_t va = parts[at.now].start + at.within;
        uint64_t piece = step(&at, n - room);
        uint64_t some = region_reach(va, piece, RIGHT_W);
        room += some;
        if (some < piece) {
            break;
        }
    }
    return room;
}

static uint64_t piece_of(const struct transfer *t)
{
    return t->left < WINDOW_DATA ? t->left : WINDOW_DATA;
}

/* `n` bytes, of which the program has memory for `some`. */
static int64_t ask_piece(struct transfer *t, uint64_t some, uint64_t n,
                         uint64_t plain, uint64_t at_offset)
{
    if (t->offset == NO_OFFSET) {
        return request4(plain, t->fd, 0, some, n - some);
    }
    int64_t done = request5(at_offset, t->fd, 0, some, t->offset, n - some);
    t->offset += done > 0 ? (uint64_t)done : 0;
    return done;
}

/* An error of the arguments alone; but that there is no such file, or that it
 * is not open for this (`unless`: for the other alone), comes first. */
static int64_t refuse(int fd, int64_t unless, int64_t error)
{
    int64_t flags = request2(SYS_fcntl, fd, F_GETFL);
    return flags < 0 ? flags : (flags & O_ACCMODE) == unless ? -EBADF : error;
}

static int64_t transfer_in(struct transfer *t)
{
    int64_t total = 0;
    if (t->offset == NO_OFFSET && io_would_wait(t->fd, POLLIN)) {
        return io_wait(t->fd, POLLIN);
    }
    do {
        uint64_t n = piece_of(t), room = room_for(t, n);
        int64_t got = ask_piece(t, room, n, SYS_read, SYS_pread64);
        if (got < 0) {
            return total ? total : got;
        }
        uint64_t done = copy(t, (uint64_t)got, true);
        total += (int64_t)done;
        if (done < (uint64_t)got) { /* as if only so much had been read */
            if (t->offset == NO_OFFSET) {
                request3(SYS_lseek, t->fd, (int64_t)done - got, SEEK_CUR);
            }
            return total ? total : -EFAULT;
        }
        advance(t, done);
        if ((uint64_t)got < n) {
            break;
        }
    } while (t->left > 0 && is_ready(t->fd, POLLIN));
    return total;
}

static int64_t transfer_out(struct transfer *t)
{
    int64_t total = 0;
    if (t->offset == NO_OFFSET && io_would_wait(t->fd, POLLOUT)) {
        return io_wait(t->fd, POLLOUT);
    }
    do {
        uint64_t n = piece_of(t), some = copy(t, n, false);
        int64_t put = ask_piece(t, some, n, SYS_write, SYS_pwrite64);
        if (put < 0) {
            return total ? total : put;
        }
        advance(t, (uint64_t)put);
        total += put;
        if (put == 0 || (uint64_t)put < n) {
            break;
        }
    } while (t->left > 0);
    return total;
}

/* The one part of read, write, and the like. */
static int64_t transfer_one(const uint64_t *a, uint64_t offset, bool in)
{
    uint64_t n = a[2] < BYTES_MAX ? a[2] : BYTES_MAX;
    struct transfer t = {(int)a[0], offset, 1, 0, 0, n};
    if (!uaccess_may_look(a[1], a[2])) {
        return refuse(t.fd, in ? O_WRONLY : O_RDONLY, -EFAULT);
    }
    parts[0] = (struct part){a[1], n};
    return in ? transfer_in(&t) : transfer_out(&t);
}

/* The parts that the program's array lists. -EINVAL, -EFAULT. */
static int64_t many(struct transfer *t, const uint64_t *a, uint64_t offset)
{
    uint64_t count = a[2];
    *t = (struct transfer){(int)a[0], offset, (unsigned)count, 0, 0, 0};
    if (count > PARTS_MAX) {
        return -EINVAL;
    }
    if (uaccess_read(parts, a[1], count * sizeof(parts[0]))) {
        return -EFAULT;
    }
    for (unsigned i = 0; i < count; i++) {
        if ((int64_t)parts[i].bytes < 0) {
            return -EINVAL;
        }
        if (!uaccess_may_look(parts[i].start, parts[i].bytes)) {
            return -EFAULT;
        }
        uint64_t room = BYTES_MAX - t->left;
        parts[i].bytes = parts[i].bytes < room ? parts[i].bytes : room;
        t->left += parts[i].bytes;
    }
    return 0;
}

int64_t call_read(const uint64_t *a)
{
    return transfer_one(a, NO_OFFSET, true);
}

int64_t call_write(const uint64_t *a)
{
    return transfer_one(a, NO_OFFSET, false);
}

int64_t call_pread64(const uint64_t *a)
{
    return (int64_t)a[3] < 0 ? -EINVAL : transfer_one(a, a[3], true);
}

int64_t call_pwrite64(const uint64_t *a)
{
    return (int64_t)a[3] < 0 ? -EINVAL : transfer_one(a, a[3], false);
}

static int64_t vector_call(const uint64_t *a, uint64_t offset, bool in)
{
    struct transfer t;
    int64_t error = many(&t, a, offset);
    if (error) {
        return refuse(t.fd, -1, error);
    }
    return in ? transfer_in(&t) : transfer_out(&t);
}

int64_t call_readv(const uint64_t *a)
{
    return vector_call(a, NO_OFFSET, true);
}

int64_t call_preadv(const uint64_t *a)
{
    return (int64_t)a[3] < 0 ? -EINVAL : vector_call(a, a[3], true);
}

int64_t call_writev(const uint64_t *a)
{
    return vector_call(a, NO_OFFSET, false);
}

int64_t call_pwritev(const uint64_t *a)
{
    return (int64_t)a[3] < 0 ? -EINVAL : vector_call(a, a[3], false);
}

/* An offset of -1 is where the file stands, and no flag is known. */
int64_t call_preadv2(const uint64_t *a)
{
    return a[5] ? -EOPNOTSUPP : vector_call(a, a[3], true);
}

int64_t call_pwritev2(const uint64_t *a)
{
    return a[5] ? -EOPNOTSUPP : vector_call(a, a[3], false);
}

/* The data goes from one request to the next in the window. */
static int64_t copy_piece(const uint64_t *a, uint64_t *in, uint64_t *out,
                          uint64_t n)
{
    int64_t got = *in == NO_OFFSET ? request3(SYS_read, a[0], 0, n)
                                   : request4(SYS_pread64, a[0], 0, n, *in);
    if (got <= 0) {
        return got;
    }
    int64_t put = *out == NO_OFFSET
                      ? request3(SYS_write, a[2], 0, got)
                      : request4(SYS_pwrite64, a[2], 0, got, *out);
    uint64_t done = put > 0 ? (uint64_t)put : 0;
    if (*in != NO_OFFSET) {
        *in += done;
    } else if (put < got) { /* as if only so much had been read */
        request3(SYS_lseek, a[0], (int64_t)done - got, SEEK_CUR);
    }
    *out += *out == NO_OFFSET ? 0 : done;
    return put;
}

int64_t call_copy_file_range(const uint64_t *a)
{
    uint64_t in = NO_OFFSET, out = NO_OFFSET, left = a[4];
    uint32_t mode_in = 0, mode_out = 0;
    int64_t total = 0, done = request_size((int)a[0], &mode_in);
    done = done < 0 ? done : request_size((int)a[2], &mode_out);
    if (done < 0 || a[5]) {
        return done < 0 ? done : -EINVAL;
    }
    if ((mode_in & S_IFMT) != S_IFREG || (mode_out & S_IFMT) != S_IFREG) {
        return -EINVAL;
    }
    if ((a[1] && uaccess_read(&in, a[1], 8)) ||
        (a[3] && uaccess_read(&out, a[3], 8))) {
        return -EFAULT;
    }
    while (left > 0) {
        done =
            copy_piece(a, &in, &out, left < WINDOW_DATA ? left : WINDOW_DATA);
        if (done <= 0) {
            break;
        }
        total += done;
        left -= (uint64_t)done;
    }
    if ((a[1] && uaccess_write(a[1], &in, 8)) ||
        (a[3] && uaccess_write(a[3], &out, 8))) {
        return -EFAULT;
    }
    return total ? total : done;
}
