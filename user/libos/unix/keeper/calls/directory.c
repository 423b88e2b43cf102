/*
 * Reading directories, and being in one. A description's position is the cookie
 * of the last name that was given out: "." and ".." are 1 and 2, and each entry
 * has one that only grows, so names that come and go between two calls are seen
 * once or not at all, and no others are missed.
 */
#include "libos/unix/keeper/calls/directory.h"

#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/files/procfs.h"

/* What is listed into. */
struct listing {
    uint8_t *to;
    uint64_t room, used;
};

/* One name more; false if there is no room for it, or it comes with the next
 * call: how many come at once nobody is promised. */
static bool list(struct listing *l, uint64_t cookie, uint32_t vnode,
                 const char *name, uint32_t length)
{
    union {
        struct dirent64 head;
        uint8_t bytes[sizeof(struct dirent64) + NAME_MAX + 1 + 8];
    } one;
    uint64_t offset = __builtin_offsetof(struct dirent64, d_name);
    uint64_t size = (offset + length + 1 + 7) & ~7ull;
    if (size > l->room - l->used || (l->used && disorder_chance(8))) {
        return false;
    }
    memset(&one, 0, size);
    one.head.d_ino = vnode & ~VNODE_PROC;
    one.head.d_off = (int64_t)cookie;
    one.head.d_reclen = (uint16_t)size;
    one.head.d_type = (uint8_t)((vnode_mode(vnode) & S_IFMT) >> 12);
    memcpy(one.bytes + offset, name, length);
    memcpy(l->to + l->used, &one, size);
    l->used += size;
    return true;
}

/* The names of an inode's directory that come after that cookie. */
static uint64_t list_entries(struct listing *l, uint32_t directory,
                             uint64_t cookie)
{
    uint32_t at = dirent_next(directory, cookie);
    while (at) {
        const struct dirent *entry = dirent_at(at);
        if (!list(l, entry->cookie, entry->inode, entry->name, entry->length)) {
            break;
        }
        cookie = entry->cookie;
        at = entry->next;
    }
    return cookie;
}

static uint64_t list_proc(struct listing *l, const struct process *process,
                          uint32_t directory, uint64_t cookie)
{
    struct proc_entry entry;
    while (proc_next(process, directory, cookie, &entry) &&
           list(l, entry.cookie, entry.vnode, entry.name, entry.length)) {
        cookie = entry.cookie;
    }
    return cookie;
}

int64_t serve_getdents64(struct serve *s)
{
    struct description *open = descriptor_open(s->process, s->a[0]);
    struct listing l = {s->at[1], s->a[2], 0};
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (open->kind != OPEN_DIRECTORY) {
        return -ENOTDIR;
    }
    uint32_t vnode = open->vnode;
    bool proc = vnode & VNODE_PROC;
    if (proc ? !vnode_mode(vnode) : !inode_at(vnode)->links) {
        return -ENOENT;
    }
    uint64_t at = open->position;
    uint32_t parent = lookup_parent(vnode);
    if (at < 1 && list(&l, 1, vnode, ".", 1)) {
        at = 1;
    }
    if (at == 1 && list(&l, 2, parent, "..", 2)) {
        at = 2;
    }
    if (at >= 2) {
        at = proc ? list_proc(&l, s->process, vnode, at)
                  : list_entries(&l, vnode, at);
    }
    bool more = proc ? false : at < 2 || dirent_next(vnode, at) != 0;
    open->position = at;
    return !l.used && more ? -EINVAL : (int64_t)l.used;
}

static int64_t go(struct process *process, uint32_t vnode)
{
    if (!vnode_is_directory(vnode)) {
        return -ENOTDIR;
    }
    vnode_hold(vnode);
    vnode_drop(process->directory);
    process->directory = vnode;
    return 0;
}

int64_t serve_chdir(struct serve *s)
{
    struct place place;
    int error =
        lookup(s->process, (uint64_t)AT_FDCWD, s->at[0], WALK_FOLLOW, &place);
    return error ? error : go(s->process, place.vnode);
}

int64_t serve_fchdir(struct serve *s)
{
    const struct description *open = descriptor_open(s->process, s->a[0]);
    return open ? go(s->process, open->vnode) : -EBADF;
}

int64_t serve_getcwd(struct serve *s)
{
    static char text[PATH_MAX];
    int length = lookup_path(s->process->directory, text, sizeof(text));
    if (length < 0) {
        return length;
    }
    if ((uint64_t)length + 1 > s->a[1]) {
        return -ERANGE;
    }
    memcpy(s->at[0], text, (uint32_t)length + 1);
    return length + 1;
}
