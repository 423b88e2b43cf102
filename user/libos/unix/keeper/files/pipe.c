/*
 * A pipe is a ring of 64 KiB in pages that come as they are filled: most pipes
 * never have more than one.
 *
 *       head          head + count
 *        v                v
 *   |....########...########......|   pages[16], by position / 4096
 *
 * Who reads and who writes is counted by descriptions, not by processes. The
 * counts "ever" tell a fifo's end that waits in open() that the other end has
 * come, even if it has gone again meanwhile. A write of up to PIPE_BUF bytes
 * goes in whole or waits; more may go in parts, and `done` says how far a
 * process that waits has come: that is all that its next try must know.
 *
 * A write to nobody is -EPIPE. SIGPIPE is sent by who writes for the process
 * (signal_pipe): signals are a later folder, which ends processes, which close
 * pipes.
 */
#include "libos/unix/keeper/files/pipe.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/record/pool.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define RING (PIPE_SIZE / KEEPER_PAGE)

struct pipe {
    uint32_t pages[RING]; /* 0: not taken yet */
    uint32_t head;        /* where the first byte is */
    uint32_t count;
    uint32_t readers, writers;
    uint32_t readers_ever, writers_ever;
    uint32_t writer; /* the process that wrote last, by its index */
};

static struct pool pipes;

void pipe_begin(void)
{
    pool_begin(&pipes, sizeof(struct pipe), DESCRIPTIONS_MAX);
}

uint32_t pipe_number(const struct description *open)
{
    return inode_at(open->vnode)->pipe;
}

static struct pipe *pipe_of(const struct description *open)
{
    return pool_at(&pipes, pipe_number(open));
}

static bool reads(const struct description *open)
{
    return (open->flags & O_ACCMODE) != O_WRONLY;
}

static bool writes(const struct description *open)
{
    return (open->flags & O_ACCMODE) != O_RDONLY;
}

int pipe_open(struct description *open)
{
    struct inode *inode = inode_at(open->vnode);
    if (!inode->pipe) {
        inode->pipe = pool_take(&pipes);
    }
    if (!inode->pipe) {
        return -ENFILE;
    }
    struct pipe *pipe = pipe_of(open);
    pipe->readers += reads(open);
    pipe->writers += writes(open);
    pipe->readers_ever += reads(open);
    pipe->writers_ever += writes(open);
    open->seen = reads(open) ? pipe->writers_ever : pipe->readers_ever;
    wait_queue_wake(WAIT_PIPE, inode->pipe);
    return 0;
}

bool pipe_has_other(const struct description *open)
{
    const struct pipe *pipe = pipe_of(open);
    return reads(open) ? pipe->writers || pipe->writers_ever != open->seen
                       : pipe->readers || pipe->readers_ever != open->seen;
}

bool pipe_has_reader(uint32_t inode)
{
    uint32_t number = inode_at(inode)->pipe;
    return number && ((struct pipe *)pool_at(&pipes, number))->readers;
}

void pipe_close(struct description *open)
{
    struct pipe *pipe = pipe_of(open);
    uint32_t number = pipe_number(open);
    pipe->readers -= reads(open);
    pipe->writers -= writes(open);
    wait_queue_wake(WAIT_PIPE, number);
    if (pipe->readers || pipe->writers) {
        return;
    }
    for (uint32_t i = 0; i < RING; i++) {
        if (pipe->pages[i]) {
            machine_page_give(pipe->pages[i]);
        }
    }
    pool_give(&pipes, number);
    inode_at(open->vnode)->pipe = 0;
}

uint32_t pipe_filled(const struct description *open)
{
    return pipe_of(open)->count;
}

int pipe_poll(const struct description *open)
{
    const struct pipe *pipe = pipe_of(open);
    int events = 0;
    if (reads(open)) {
        events |= pipe->count ? POLLIN | POLLRDNORM : 0;
        events |= pipe->writers ? 0 : POLLHUP;
    }
    if (writes(open)) {
        events |=
            PIPE_SIZE - pipe->count >= PIPE_BUF ? POLLOUT | POLLWRNORM : 0;
        events |= pipe->readers ? 0 : POLLERR;
    }
    return events;
}

/* Copies out of the ring: how much. An empty pipe keeps one page. */
static uint32_t ring_take(struct pipe *pipe, uint8_t *to, uint64_t count)
{
    uint32_t done = 0,
             all = count < pipe->count ? (uint32_t)count : pipe->count;
    while (done < all) {
        uint32_t in = pipe->head % KEEPER_PAGE, n = KEEPER_PAGE - in;
        n = n < all - done ? n : all - done;
        uint8_t *page = machine_page(pipe->pages[pipe->head / KEEPER_PAGE]);
        memcpy(to + done, page + in, n);
        pipe->head = (pipe->head + n) % PIPE_SIZE;
        pipe->count -= n;
        done += n;
    }
    /* Empty: the pages go, but for one, which the next byte would take. */
    for (uint32_t i = 1; !pipe->count && i < RING; i++) {
        if (pipe->pages[i]) {
            machine_page_give(pipe->pages[i]);
            pipe->pages[i] = 0;
        }
    }
    if (!pipe->count) {
        pipe->head = 0;
    }
    return done;
}

/* Copies into the ring as far as there is room and memory: how much. */
static uint32_t ring_put(struct pipe *pipe, const uint8_t *from, uint64_t count)
{
    uint32_t room = PIPE_SIZE - pipe->count, done = 0;
    uint32_t all = count < room ? (uint32_t)count : room;
    while (done < all) {
        uint32_t at = (pipe->head + pipe->count) % PIPE_SIZE;
        uint32_t in = at % KEEPER_PAGE, n = KEEPER_PAGE - in;
        uint32_t *page = &pipe->pages[at / KEEPER_PAGE];
        if (!*page) {
            *page = machine_page_take();
        }
        if (!*page) {
            break;
        }
        n = n < all - done ? n : all - done;
        memcpy((uint8_t *)machine_page(*page) + in, from + done, n);
        pipe->count += n;
        done += n;
    }
    return done;
}

int64_t pipe_read(struct serve *s, struct description *open, void *to,
                  uint64_t count)
{
    struct pipe *pipe = pipe_of(open);
    if (!count) {
        return 0;
    }
    if (!pipe->count) {
        if (!pipe->writers) {
            return 0;
        }
        return open->flags & O_NONBLOCK
                   ? -EAGAIN
                   : serve_wait(s, WAIT_PIPE, pipe_number(open));
    }
    /* As if the rest had not come yet; but who wrote it knows that it has. */
    if (count > PIPE_BUF && pipe->writer != s->process->index) {
        uint64_t there = count < pipe->count ? count : pipe->count;
        count = disorder_part(PIPE_BUF, there);
    }
    uint32_t done = ring_take(pipe, to, count);
    wait_queue_wake(WAIT_PIPE, pipe_number(open));
    return done;
}

/* Nobody reads: what has been written counts, and else it is an error. */
static int64_t pipe_broken(struct serve *s)
{
    if (s->process->done) {
        return (int64_t)s->process->done;
    }
    return -EPIPE;
}

int64_t pipe_write(struct serve *s, struct description *open, const void *from,
                   uint64_t count)
{
    struct pipe *pipe = pipe_of(open);
    uint64_t left = count - s->process->done;
    if (!pipe->readers) {
        return count ? pipe_broken(s) : 0;
    }
    /* Up to PIPE_BUF it goes in whole, or not at all: so two writers' lines are
     * not mixed. */
    bool fits = PIPE_SIZE - pipe->count >= left || count > PIPE_BUF;
    if (left && fits) {
        /* The same if memory lacks: it may touch two pages. */
        if (count <= PIPE_BUF && machine_pages_free() < 2) {
            return -ENOMEM;
        }
        uint64_t some = count > PIPE_BUF ? disorder_part(1, left) : left;
        uint32_t n =
            ring_put(pipe, (const uint8_t *)from + s->process->done, some);
        pipe->writer = s->process->index;
        s->process->done += n;
        left -= n;
        if (n) {
            wait_queue_wake(WAIT_PIPE, pipe_number(open));
        }
        if (n < some && pipe->count < PIPE_SIZE) {
            return s->process->done ? (int64_t)s->process->done : -ENOMEM;
        }
    }
    if (!left) {
        return (int64_t)count;
    }
    if (open->flags & O_NONBLOCK) {
        return s->process->done ? (int64_t)s->process->done : -EAGAIN;
    }
    int64_t answer = serve_wait(s, WAIT_PIPE, pipe_number(open));
    if (pipe->count < PIPE_SIZE && count > PIPE_BUF) {
        wait_queue_wake_process(s->process); /* its next part has room */
    }
    return answer;
}

int pipe_make(uint32_t flags, uint32_t *ends)
{
    uint32_t inode = inode_new(S_IFIFO | 0600);
    if (!inode) {
        return -ENFILE;
    }
    ends[0] = description_new(inode, OPEN_PIPE, O_RDONLY | flags);
    ends[1] = description_new(inode, OPEN_PIPE, O_WRONLY | flags);
    int error =
        ends[0] && ends[1] ? pipe_open(description_at(ends[0])) : -ENFILE;
    if (!error) {
        pipe_open(
            description_at(ends[1])); /* the pipe is there: it cannot fail */
    }
    for (int i = 0; error && i < 2; i++) {
        if (ends[i]) {
            description_at(ends[i])->kind = OPEN_PATH; /* no end of a pipe */
            description_drop(ends[i]);
        }
    }
    inode_drop(inode);
    return error;
}

int64_t serve_pipe2(struct serve *s)
{
    uint32_t flags = (uint32_t)s->a[1];
    if (flags & ~(uint32_t)(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) {
        return -EINVAL;
    }
    return descriptor_pair(s->process, flags, pipe_make, s->at[0]);
}
