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
    if (flags & MSG_NOSIGNAL && socket_is_broken(open)) {
        return s->process->done ? (int64_t)s->process->done : -EPIPE;
    }
    return signal_pipe(s->process, socket_write(s, open, s->at[1], s->a[2],
                                                !(open->flags & O_NONBLOCK ||
                                                  flags & MSG_DONTWAIT)));
}

int64_t serve_recvfrom(struct serve *s)
{
    struct description *open;
    uint32_t flags = (uint32_t)s->a[3];
    int error = socket_of(s, flags, &open);
    if (error) {
        return error;
    }
    return socket_read(s, open, s->at[1], s->a[2],
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
    int error = socket_make(kind & O_NONBLOCK, ends);
    if (error) {
        return error;
    }
    descriptor_set(process, fds[0], ends[0], kind & O_CLOEXEC);
    descriptor_set(process, fds[1], ends[1], kind & O_CLOEXEC);
    memcpy(s->at[3], fds, sizeof(fds));
    return 0;
}
