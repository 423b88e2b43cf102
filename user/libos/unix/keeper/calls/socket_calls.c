/*
 * Requests about sockets, of which there are connected pairs alone. SIGPIPE is
 * sent here unless MSG_NOSIGNAL says no: it is a matter of the call, not of the
 * socket.
 */
#include "libos/unix/keeper/calls/socket_calls.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/process/signal.h"

#define KINDS 0xf /* of socketpair's second argument; above are flags */

/* The socket that a request with flags, its fourth argument, is about. */
static int socket_of(const struct serve *s, struct description **open)
{
    uint32_t flags = (uint32_t)s->a[3];
    *open = descriptor_open(s->process, s->a[0]);
    if (!*open || (*open)->kind != OPEN_SOCKET) {
        return *open ? -ENOTSOCK : -EBADF;
    }
    return flags & ~(uint32_t)(MSG_NOSIGNAL | MSG_DONTWAIT) ? -EOPNOTSUPP : 0;
}

/* Whether it may wait: by the file's flag, and by the call's. */
static bool may_wait(const struct serve *s, const struct description *open)
{
    return !(open->flags & O_NONBLOCK || s->a[3] & MSG_DONTWAIT);
}

int64_t serve_sendto(struct serve *s)
{
    struct description *open;
    int error = socket_of(s, &open);
    if (error) {
        return error;
    }
    if (s->a[3] & MSG_NOSIGNAL && socket_is_broken(open)) {
        return s->process->done ? (int64_t)s->process->done : -EPIPE;
    }
    return signal_pipe(s->process, socket_write(s, open, s->at[1], s->a[2],
                                                may_wait(s, open)));
}

int64_t serve_recvfrom(struct serve *s)
{
    struct description *open;
    int error = socket_of(s, &open);
    return error ? error
                 : socket_read(s, open, s->at[1], s->a[2], may_wait(s, open));
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

int64_t serve_socketpair(struct serve *s)
{
    uint32_t kind = (uint32_t)s->a[1];
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
    return descriptor_pair(s->process, kind, socket_make, s->at[3]);
}
