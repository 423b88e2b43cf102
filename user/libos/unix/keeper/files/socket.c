#include "libos/unix/keeper/files/socket.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/process/signal.h"

#define KINDS 0xf /* of socketpair's second argument; above are flags */

void socket_close(struct description *open)
{
    if (open->reader) {
        description_drop(open->reader);
    }
    if (open->writer) {
        description_drop(open->writer);
    }
    open->reader = open->writer = 0;
}

uint32_t socket_filled(const struct description *open)
{
    return open->reader ? pipe_filled(description_at(open->reader)) : 0;
}

int socket_poll(const struct description *open)
{
    int in = open->reader ? pipe_poll(description_at(open->reader)) : POLLHUP;
    int out = open->writer ? pipe_poll(description_at(open->writer)) : POLLERR;
    int events = (in & (POLLIN | POLLRDNORM)) | (out & (POLLOUT | POLLWRNORM));
    if (in & POLLHUP) {
        events |= POLLIN | POLLRDNORM | POLLRDHUP;
    }
    if (out & POLLERR) {
        events |= POLLOUT | POLLWRNORM;
    }
    return in & POLLHUP && out & POLLERR ? events | POLLHUP : events;
}

/* The end of a pipe, which waits or not as the call does. */
static struct description *end_of(uint32_t number, bool waits)
{
    struct description *end = description_at(number);
    end->flags &= ~(uint32_t)O_NONBLOCK;
    end->flags |= waits ? 0 : O_NONBLOCK;
    return end;
}

static int64_t read_end(struct serve *s, struct description *open, void *to,
                        uint64_t count, bool waits)
{
    return open->reader ? pipe_read(s, end_of(open->reader, waits), to, count)
                        : 0;
}

static int64_t write_end(struct serve *s, struct description *open,
                         const void *from, uint64_t count, bool waits)
{
    if (!open->writer) {
        signal_send(s->process, SIGPIPE, SI_KERNEL, s->process->pid, 0);
        return -EPIPE;
    }
    return pipe_write(s, end_of(open->writer, waits), from, count);
}

int64_t socket_read(struct serve *s, struct description *open, void *to,
                    uint64_t count)
{
    return read_end(s, open, to, count, !(open->flags & O_NONBLOCK));
}

int64_t socket_write(struct serve *s, struct description *open,
                     const void *from, uint64_t count)
{
    return write_end(s, open, from, count, !(open->flags & O_NONBLOCK));
}

/* Can nobody read any more what this end writes? */
static bool is_broken(const struct description *open)
{
    return !open->writer ||
           !pipe_has_reader(description_at(open->writer)->vnode);
}

/* The socket that a request with such flags is about. */
static int socket_of(const struct serve *s, uint32_t flags,
                     struct description **open)
{
    *open = descriptor_open(s->process, s->a[0]);
    if (!*open || (*open)->kind != OPEN_SOCKET) {
        return *open ? -ENOTSOCK : -EBADF;
    }
    return flags & ~(uint32_t)(MSG_NOSIGNAL | MSG_DONTWAIT) ? -EOPNOTSUPP : 0;
}

int64_t serve_sendto(struct serve *s)
{
    struct description *open;
    uint32_t flags = (uint32_t)s->a[3];
    int error = socket_of(s, flags, &open);
    if (error) {
        return error;
    }
    if (flags & MSG_NOSIGNAL && is_broken(open)) {
        return s->process->done ? (int64_t)s->process->done : -EPIPE;
    }
    return write_end(s, open, s->at[1], s->a[2],
                     !(open->flags & O_NONBLOCK || flags & MSG_DONTWAIT));
}

int64_t serve_recvfrom(struct serve *s)
{
    struct description *open;
    uint32_t flags = (uint32_t)s->a[3];
    int error = socket_of(s, flags, &open);
    if (error) {
        return error;
    }
    return read_end(s, open, s->at[1], s->a[2],
                    !(open->flags & O_NONBLOCK || flags & MSG_DONTWAIT));
}

int64_t serve_shutdown(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    uint32_t how = (uint32_t)s->a[1];
    if (!open || open->kind != OPEN_SOCKET) {
        return open ? -ENOTSOCK : -EBADF;
    }
    if (how > SHUT_RDWR) {
        return -EINVAL;
    }
    if (how != SHUT_WR && open->reader) {
        description_drop(open->reader);
        open->reader = 0;
    }
    if (how != SHUT_RD && open->writer) {
        description_drop(open->writer);
        open->writer = 0;
    }
    return 0;
}

/* An end of these two ends of pipes, whose user it becomes; 0: no room. */
static uint32_t make_end(uint32_t reader, uint32_t writer, uint32_t flags)
{
    uint32_t inode = inode_new(S_IFSOCK | 0777);
    uint32_t made =
        inode ? description_new(inode, OPEN_SOCKET, O_RDWR | flags) : 0;
    if (inode) {
        inode_drop(inode);
    }
    if (made) {
        description_at(made)->reader = reader;
        description_at(made)->writer = writer;
    }
    return made;
}

/* Both ends, or none: 0, -ENFILE. */
static int make_pair(uint32_t flags, uint32_t *ends)
{
    uint32_t there[2], back[2];
    if (pipe_make(0, there)) {
        return -ENFILE;
    }
    if (pipe_make(0, back)) {
        description_drop(there[0]);
        description_drop(there[1]);
        return -ENFILE;
    }
    ends[0] = make_end(back[0], there[1], flags);
    ends[1] = make_end(there[0], back[1], flags);
    for (int i = 0; i < 2 && !(ends[0] && ends[1]); i++) {
        if (ends[i]) {
            description_drop(ends[i]);
        } else {
            description_drop(i ? there[0] : back[0]);
            description_drop(i ? back[1] : there[1]);
        }
    }
    return ends[0] && ends[1] ? 0 : -ENFILE;
}

int64_t serve_socketpair(struct serve *s)
{
    struct process *process = s->process;
    uint32_t kind = (uint32_t)s->a[1], ends[2];
    if ((uint32_t)s->a[0] != AF_UNIX) {
        return -EAFNOSUPPORT;
    }
    if (kind & ~(uint32_t)(KINDS | O_CLOEXEC | O_NONBLOCK)) {
        return -EINVAL;
    }
    if ((kind & KINDS) != SOCK_STREAM) {
        return -ESOCKTNOSUPPORT;
    }
    if ((uint32_t)s->a[2] && (uint32_t)s->a[2] != AF_UNIX) {
        return -EPROTONOSUPPORT;
    }
    int fds[2] = {descriptor_free(process, 0), -EMFILE};
    if (fds[0] >= 0) {
        fds[1] = descriptor_free(process, (unsigned)fds[0] + 1);
    }
    if (fds[1] < 0) {
        return -EMFILE;
    }
    int error = make_pair(kind & O_NONBLOCK, ends);
    if (error) {
        return error;
    }
    descriptor_set(process, fds[0], ends[0], kind & O_CLOEXEC);
    descriptor_set(process, fds[1], ends[1], kind & O_CLOEXEC);
    memcpy(s->at[3], fds, sizeof(fds));
    return 0;
}
