#include "libos/unix/keeper/descriptor.h"

#include "libos/unix/keeper/lock.h"
#include "libos/unix/keeper/node.h"
#include "libos/unix/keeper/pipe.h"
#include "libos/unix/keeper/pool.h"
#include "libos/unix/keeper/socket.h"

static struct pool opens;

void open_begin(void)
{
    pool_begin(&opens, sizeof(struct open), OPEN_MAX);
}

uint32_t open_new(uint32_t node, enum open_kind kind, uint32_t flags)
{
    uint32_t number = pool_take(&opens);
    if (number) {
        struct open *open = open_at(number);
        open->users = 1;
        open->flags = flags;
        open->node = node;
        open->kind = kind;
        node_hold(node);
    }
    return number;
}

struct open *open_at(uint32_t open)
{
    return pool_at(&opens, open);
}

void open_hold(uint32_t open)
{
    open_at(open)->users++;
}

uint32_t open_count(void)
{
    return opens.used;
}

void open_drop(uint32_t number)
{
    struct open *open = open_at(number);
    if (--open->users) {
        return;
    }
    if (open->kind == OPEN_PIPE) {
        pipe_close(open);
    } else if (open->kind == OPEN_SOCKET) {
        socket_close(open);
    }
    if (!(open->node & NODE_PROC)) {
        lock_close(open->node, number);
    }
    node_drop(open->node);
    pool_give(&opens, number);
}

uint32_t descriptor_get(const struct process *process, uint64_t fd)
{
    uint32_t n = (uint32_t)fd;
    if (n >= DESCRIPTORS || !(process->used[n / 64] >> n % 64 & 1)) {
        return 0;
    }
    return process->files[n] & ~DESCRIPTOR_CLOEXEC;
}

struct open *descriptor_open(const struct process *process, uint64_t fd)
{
    uint32_t open = descriptor_get(process, fd);
    return open ? open_at(open) : NULL;
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

int descriptor_close(struct process *process, int fd)
{
    uint32_t open = descriptor_get(process, (uint64_t)(int64_t)fd);
    if (!open) {
        return -EBADF;
    }
    process->used[fd / 64] &= ~(1ull << fd % 64);
    if (!(open_at(open)->node & NODE_PROC)) {
        lock_release(open_at(open)->node, process->pid);
    }
    open_drop(open);
    return 0;
}
