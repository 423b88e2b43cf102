#include "libos/unix/keeper/files/descriptor.h"

#include "libos/unix/keeper/files/lock.h"
#include "libos/unix/keeper/files/pipe.h"
#include "libos/unix/keeper/files/socket.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/record/pool.h"

static struct pool opens;

void description_begin(void)
{
    pool_begin(&opens, sizeof(struct description), DESCRIPTIONS_MAX);
}

uint32_t description_new(uint32_t vnode, enum description_kind kind,
                         uint32_t flags)
{
    uint32_t number = pool_take(&opens);
    if (number) {
        struct description *open = description_at(number);
        open->users = 1;
        open->flags = flags;
        open->vnode = vnode;
        open->kind = kind;
        vnode_hold(vnode);
    }
    return number;
}

struct description *description_at(uint32_t open)
{
    return pool_at(&opens, open);
}

void description_hold(uint32_t open)
{
    description_at(open)->users++;
}

uint32_t description_count(void)
{
    return opens.used;
}

void description_drop(uint32_t number)
{
    struct description *open = description_at(number);
    if (--open->users) {
        return;
    }
    if (open->kind == OPEN_PIPE) {
        pipe_close(open);
    } else if (open->kind == OPEN_SOCKET) {
        socket_close(open);
    }
    if (!(open->vnode & VNODE_PROC)) {
        lock_close(open->vnode, number);
    }
    vnode_drop(open->vnode);
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
