/*
 * File descriptions: what open() makes, and what dup and fork share: a
 * position, flags, and what it is of. It lives while descriptors have it, and
 * tells what it was of when it goes: a pipe has one end less, a lock of the
 * description's own is released.
 */
#include "libos/unix/keeper/files/description.h"

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
