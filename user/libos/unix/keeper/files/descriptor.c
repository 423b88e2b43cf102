/*
 * Descriptors: numbers by which a process names its file descriptions. They are
 * in its record, a bit each for "open", so that the lowest that is free, which
 * POSIX asks for, is found by words and not by numbers.
 *
 * Closing one releases the locks that the process has on that file, also by
 * other descriptors: fcntl's locks are the process's, and POSIX wants it so.
 */
#include "libos/unix/keeper/files/descriptor.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/lock.h"
#include "libos/unix/keeper/files/vnode.h"

uint32_t descriptor_get(const struct process *process, uint64_t fd)
{
    uint32_t n = (uint32_t)fd;
    if (n >= DESCRIPTORS || !(process->used[n / 64] >> n % 64 & 1)) {
        return 0;
    }
    return process->files[n] & ~DESCRIPTOR_CLOEXEC;
}

struct description *descriptor_open(const struct process *process, uint64_t fd)
{
    uint32_t open = descriptor_get(process, fd);
    return open ? description_at(open) : NULL;
}

int descriptor_free(const struct process *process, unsigned from)
{
    for (unsigned fd = from; fd < DESCRIPTORS;) {
        uint64_t free = ~process->used[fd / 64] >> fd % 64;
        if (free) {
            return (int)(fd + (unsigned)__builtin_ctzll(free));
        }
        fd = fd / 64 * 64 + 64;
    }
    return -EMFILE;
}

void descriptor_set(struct process *process, int fd, uint32_t open,
                    bool cloexec)
{
    process->used[fd / 64] |= 1ull << fd % 64;
    process->files[fd] = (uint16_t)(open | (cloexec ? DESCRIPTOR_CLOEXEC : 0u));
}

int descriptor_pair(struct process *process, uint32_t flags,
                    int (*make)(uint32_t flags, uint32_t *ends), void *to)
{
    int fds[2] = {descriptor_free(process, 0), -EMFILE};
    uint32_t ends[2];
    if (fds[0] >= 0) {
        fds[1] = descriptor_free(process, (unsigned)fds[0] + 1);
    }
    if (fds[1] < 0) {
        return -EMFILE;
    }
    int error = make(flags & O_NONBLOCK, ends);
    if (error) {
        return error;
    }
    for (unsigned i = 0; i < 2; i++) {
        descriptor_set(process, fds[i], ends[i], flags & O_CLOEXEC);
    }
    memcpy(to, fds, sizeof(fds));
    return 0;
}

int descriptor_close(struct process *process, int fd)
{
    uint32_t open = descriptor_get(process, (uint64_t)(int64_t)fd);
    if (!open) {
        return -EBADF;
    }
    process->used[fd / 64] &= ~(1ull << fd % 64);
    if (!(description_at(open)->vnode & VNODE_PROC)) {
        lock_release(description_at(open)->vnode, process->pid);
    }
    description_drop(open);
    return 0;
}
