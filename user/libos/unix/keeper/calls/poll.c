/*
 * Waiting for any of several descriptors. Nothing is noted with the files: the
 * process waits for whatever happens (WAIT_ANY) and looks again, at most 1024
 * descriptors. That is cheap as long as processes are few, and it cannot forget
 * to take a note back.
 */
#include "libos/unix/keeper/calls/poll.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/terminal/tty.h"

/* What is true of a descriptor, of what can be asked. */
static int events_of(const struct process *process, int32_t fd)
{
    const struct description *open =
        descriptor_open(process, (uint64_t)(int64_t)fd);
    if (!open || open->kind == OPEN_PATH) {
        return POLLNVAL;
    }
    switch (open->kind) {
    case OPEN_PIPE:
        return pipe_poll(open);
    case OPEN_SOCKET:
        return socket_poll(open);
    case OPEN_TTY:
        return tty_poll_events();
    default:
        return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
    }
}

/* Fills in what is true now: how many are. Each is read from the window once;
 * a negative descriptor is passed over. */
static int64_t look(struct serve *s, uint64_t count)
{
    int64_t ready = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint8_t *at = (uint8_t *)s->at[0] + i * sizeof(struct pollfd);
        struct pollfd one;
        memcpy(&one, at, sizeof(one));
        int wanted = (uint16_t)one.events | POLLERR | POLLHUP | POLLNVAL;
        int found = one.fd < 0 ? 0 : events_of(s->process, one.fd) & wanted;
        one.revents = (int16_t)found;
        ready += found != 0;
        memcpy(at + __builtin_offsetof(struct pollfd, revents), &one.revents,
               sizeof(one.revents));
    }
    return ready;
}

int64_t serve_poll(struct serve *s)
{
    struct process *process = s->process;
    uint64_t count = s->a[1], now = machine_now();
    if (count > DESCRIPTORS) {
        return -EINVAL;
    }
    if (!process->again && s->a[2] < NEVER - now) {
        process->deadline = now + s->a[2];
    }
    int64_t ready = look(s, count);
    return ready || process->woken || process->deadline <= now
               ? ready
               : serve_wait(s, WAIT_ANY, 0);
}
