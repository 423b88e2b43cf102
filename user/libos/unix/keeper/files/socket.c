/*
 * A connected pair is two pipes, one for each way:
 *
 *   end 0   reader <----- pipe ------ writer   end 1
 *           writer ------ pipe -----> reader
 *
 * So all that a pipe can do, and its waiting, is not written twice. The pipes'
 * ends are descriptions without descriptors, whose only user is the socket;
 * what is waited for, or not, is said anew for each call, as MSG_DONTWAIT is of
 * a call and O_NONBLOCK of the socket.
 */
#include "libos/unix/keeper/files/socket.h"

#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/vnode.h"

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

int64_t socket_read(struct serve *s, struct description *open, void *to,
                    uint64_t count, bool waits)
{
    return open->reader ? pipe_read(s, end_of(open->reader, waits), to, count)
                        : 0;
}

int64_t socket_write(struct serve *s, struct description *open,
                     const void *from, uint64_t count, bool waits)
{
    return open->writer
               ? pipe_write(s, end_of(open->writer, waits), from, count)
               : -EPIPE;
}

bool socket_is_broken(const struct description *open)
{
    return !open->writer ||
           !pipe_has_reader(description_at(open->writer)->vnode);
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

int socket_make(uint32_t flags, uint32_t *ends)
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
