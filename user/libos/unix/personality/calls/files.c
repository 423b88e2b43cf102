/*
 * Calls on files that a row of the table cannot say: arguments whose meaning
 * depends on another one (fcntl, ioctl), older calls in terms of newer ones
 * (open, dup2, utime), and /proc/self/maps, which the keeper cannot write.
 */
#include "libos/unix/personality/calls/files.h"

#include "abi/rights.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/maps.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/protocol.h"

static int64_t open_at(int64_t fd, uint64_t path, uint64_t flags, uint64_t mode)
{
    int64_t n = uaccess_string((char *)request_data(), path, PATH_MAX);
    if (n < 0) {
        return n;
    }
    if (maps_named((const char *)request_data())) {
        return maps_open(flags);
    }
    return request4(SYS_openat, fd, 0, (int32_t)flags, mode);
}

int64_t call_open(const uint64_t *a)
{
    return open_at(AT_FDCWD, a[0], a[1], a[2]);
}

int64_t call_openat(const uint64_t *a)
{
    return open_at((int32_t)a[0], a[1], a[2], a[3]);
}

/* Entries that the program has no memory for are there still: Linux does not
 * go past one that it could not store. */
int64_t call_getdents64(const uint64_t *a)
{
    int32_t fd = (int32_t)a[0];
    uint64_t count = a[2] & UINT32_MAX;
    count = count < WINDOW_DATA ? count : WINDOW_DATA;
    uint64_t room = region_reach(a[1], count, RIGHT_W);
    int64_t done = request3(SYS_getdents64, fd, 0, room);
    if (done == -EINVAL && room < count) {
        int64_t at = request3(SYS_lseek, fd, 0, SEEK_CUR);
        done = request3(SYS_getdents64, fd, 0, count);
        request3(SYS_lseek, fd, at, SEEK_SET);
        return done > 0 ? -EFAULT : done;
    }
    return done > 0 && uaccess_write(a[1], request_data(), (uint64_t)done)
               ? -EFAULT
               : done;
}

/* dup3 refuses equal descriptors; dup2 does not. */
int64_t call_dup2(const uint64_t *a)
{
    int32_t from = (int32_t)a[0], to = (int32_t)a[1];
    if (from == to) {
        int64_t flags = request2(SYS_fcntl, from, F_GETFD);
        return flags < 0 ? flags : to;
    }
    return request3(SYS_dup3, from, to, 0);
}

/* A request whose argument points to a structure that goes there and back. */
static int64_t ask_both(uint64_t call, const uint64_t *a, uint64_t size)
{
    if (uaccess_read(request_data(), a[2], size)) {
        return -EFAULT;
    }
    int64_t answer = request3(call, (int32_t)a[0], a[1] & UINT32_MAX, 0);
    if (answer >= 0 && uaccess_write(a[2], request_data(), size)) {
        return -EFAULT;
    }
    return answer;
}

int64_t call_fcntl(const uint64_t *a)
{
    return F_IS_LOCK((int32_t)a[1])
               ? ask_both(SYS_fcntl, a, sizeof(struct flock))
               : request3(SYS_fcntl, (int32_t)a[0], a[1] & UINT32_MAX, a[2]);
}

/* What the keeper reads or writes there; 0: the argument is a number. */
static uint64_t ioctl_size(uint64_t command)
{
    switch (command) {
    case TCGETS:
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return sizeof(struct termios);
    case TIOCGWINSZ:
    case TIOCSWINSZ:
        return sizeof(struct winsize);
    case TIOCGPGRP:
    case TIOCSPGRP:
    case TIOCGSID:
    case TIOCOUTQ:
    case FIONREAD:
    case FIONBIO:
        return sizeof(int32_t);
    default:
        return 0;
    }
}

int64_t call_ioctl(const uint64_t *a)
{
    uint64_t command = a[1] & UINT32_MAX, size = ioctl_size(command);
    return size ? ask_both(SYS_ioctl, a, size)
                : request3(SYS_ioctl, (int32_t)a[0], command, a[2]);
}

/* utimensat of the path at a[0], with two times of seconds and parts of them,
 * each part of so many nanoseconds; NULL: now. */
static int64_t set_times(const uint64_t *a, const int64_t *times, int64_t part)
{
    int64_t *to = request_data_at(0);
    for (unsigned i = 0; times && i < 4; i += 2) {
        to[i] = times[i];
        to[i + 1] = times[i + 1] * part;
    }
    int64_t n = uaccess_string((char *)request_data() + 32, a[0], PATH_MAX);
    return n < 0 ? n
                 : request4(SYS_utimensat, AT_FDCWD, 32,
                            times ? 0 : WINDOW_NULL, 0);
}

int64_t call_utime(const uint64_t *a)
{
    int64_t given[2];
    if (!a[1]) {
        return set_times(a, 0, 0);
    }
    if (uaccess_read(given, a[1], sizeof(given))) {
        return -EFAULT;
    }
    int64_t times[4] = {given[0], 0, given[1], 0};
    return set_times(a, times, 1);
}

int64_t call_utimes(const uint64_t *a)
{
    int64_t times[4];
    if (a[1] && uaccess_read(times, a[1], sizeof(times))) {
        return -EFAULT;
    }
    return set_times(a, a[1] ? times : 0, 1000);
}
