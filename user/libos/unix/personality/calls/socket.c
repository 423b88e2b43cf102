/*
 * Calls of sockets, of which there are connected pairs alone: so an address is
 * an error or nothing, and the rest is reading and writing with flags.
 */
#include "libos/unix/personality/calls/socket.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/calls/io.h"
#include "libos/unix/protocol.h"

/* 0 if the descriptor is a socket's; -EBADF, -ENOTSOCK. */
static int64_t check(int fd)
{
    uint32_t mode = 0;
    int64_t size = request_size(fd, &mode);
    return size < 0 ? size : (mode & S_IFMT) == S_IFSOCK ? 0 : -ENOTSOCK;
}

/* An end of a pair has its other end. */
int64_t call_connect(const uint64_t *a)
{
    int64_t error = check((int)a[0]);
    return error ? error : -EISCONN;
}

/* Must another thread have its turn before the call can be made? */
static bool must_wait(const uint64_t *a, uint16_t events)
{
    return !(a[3] & MSG_DONTWAIT) && io_would_wait((int)a[0], events);
}

int64_t call_sendto(const uint64_t *a)
{
    int fd = (int)a[0];
    uint64_t done = 0;
    int64_t error = check(fd);
    if (error || a[4]) {
        return error ? error : -EISCONN;
    }
    if (!uaccess_may_look(a[1], a[2])) {
        return -EFAULT;
    }
    if (must_wait(a, POLLOUT)) {
        return io_wait(fd, POLLOUT);
    }
    do {
        uint64_t left = a[2] - done;
        uint64_t n = left < WINDOW_DATA ? left : WINDOW_DATA;
        if (uaccess_read(request_data(), a[1] + done, n)) {
            return done ? (int64_t)done : -EFAULT;
        }
        int64_t sent = request4(SYS_sendto, fd, 0, n, a[3]);
        if (sent < 0) {
            return done ? (int64_t)done : sent;
        }
        done += (uint64_t)sent;
        if ((uint64_t)sent < n) {
            break;
        }
    } while (done < a[2]);
    return (int64_t)done;
}

int64_t call_recvfrom(const uint64_t *a)
{
    int fd = (int)a[0];
    uint32_t none = 0;
    uint64_t n = a[2] < WINDOW_DATA ? a[2] : WINDOW_DATA;
    int64_t error = check(fd);
    if (error) {
        return error;
    }
    if (!uaccess_may_look(a[1], a[2])) {
        return -EFAULT;
    }
    if (must_wait(a, POLLIN)) {
        return io_wait(fd, POLLIN);
    }
    int64_t got = request4(SYS_recvfrom, fd, 0, n, a[3]);
    if (got > 0 && uaccess_write(a[1], request_data(), (uint64_t)got)) {
        return -EFAULT;
    }
    if (got >= 0 && a[4] && uaccess_write(a[5], &none, sizeof(none))) {
        return -EFAULT;
    }
    return got;
}

/* How much room the program says, at `at`, that it has for an answer. */
static int64_t read_room(uint64_t fd, uint64_t at, int32_t *room)
{
    int64_t error = check((int)fd);
    if (error) {
        return error;
    }
    if (uaccess_read(room, at, sizeof(*room))) {
        return -EFAULT;
    }
    return *room < 0 ? -EINVAL : 0;
}

/* No end of a pair has a name: its family is all there is. */
int64_t call_getsockname(const uint64_t *a)
{
    uint16_t family = AF_UNIX;
    int32_t room, size = sizeof(family);
    int64_t error = read_room(a[0], a[2], &room);
    if (error) {
        return error;
    }
    room = room < size ? room : size;
    return uaccess_write(a[1], &family, (uint64_t)room) ||
                   uaccess_write(a[2], &size, sizeof(size))
               ? -EFAULT
               : 0;
}

int64_t call_getsockopt(const uint64_t *a)
{
    int32_t room, value;
    int64_t error = read_room(a[0], a[4], &room);
    if (error) {
        return error;
    }
    switch ((uint32_t)a[1] == SOL_SOCKET ? (uint32_t)a[2] : UINT32_MAX) {
    case SO_TYPE:
    case SO_DOMAIN: /* SOCK_STREAM and AF_UNIX are the same number */
        value = SOCK_STREAM;
        break;
    case SO_ERROR:
    case SO_PROTOCOL:
        value = 0;
        break;
    default:
        return (uint32_t)a[1] == SOL_SOCKET ? -ENOPROTOOPT : -EOPNOTSUPP;
    }
    room = room < (int32_t)sizeof(value) ? room : (int32_t)sizeof(value);
    return uaccess_write(a[3], &value, (uint64_t)room) ||
                   uaccess_write(a[4], &room, sizeof(room))
               ? -EFAULT
               : 0;
}
