/* System calls on descriptors that are not in calls.h, as Linux has them;
 * -errno. */
#ifndef XO5_MIN_DESCRIPTOR_H
#define XO5_MIN_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

struct pollfd {
    int fd;
    int16_t events, revents;
};

/* dup, from the lowest number `from` on. */
int64_t descriptor_duplicate(int fd, int from, bool ends);

/* fcntl and ioctl, as far as they are there: else -EINVAL, -ENOTTY. */
int64_t descriptor_control(int fd, uint64_t command, uint64_t argument);
int64_t descriptor_terminal(int fd, uint64_t request, void *argument);

int64_t descriptor_seek(int fd, int64_t offset, uint64_t whence);

/* milliseconds < 0: no end. */
int64_t descriptor_poll(struct pollfd *p, uint64_t count, int64_t milliseconds);

#endif
