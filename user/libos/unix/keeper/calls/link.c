/*
 * Making, removing and moving names. Renaming is where the rules are: what may
 * take whose place, no directory into itself, a slash asks for a directory,
 * nothing into or out of /proc. All are checked before the first change; the
 * change itself is one entry that comes or is given to another inode, and one
 * that goes.
 */
#include "libos/unix/keeper/calls/link.h"

#include "lib/string.h"
#include "libos/unix/keeper/calls/open.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/lookup.h"

/* The place of a name that shall be made, and is not there yet. */
static int place_free(struct serve *s, unsigned fd, unsigned name,
                      bool directory, struct place *place)
{
    int error = lookup(s->process, s->a[fd], s->at[name],
                       WALK_ABSENT | WALK_ENTRY, place);
    if (error) {
        return error;
    }
    if (place->vnode) {
        return -EEXIST;
    }
    return place->slash && !directory ? -ENOENT : 0;
}

int64_t serve_mkdirat(struct serve *s)
{
    struct place place;
    uint32_t inode = 0, mode = (uint32_t)s->a[2] & (S_ISVTX | 0777);
    int error = place_free(s, 0, 1, true, &place);
    return error ? error
                 : open_create(&place, S_IFDIR | (mode & ~s->process->umask),
                               &inode);
}

int64_t serve_mknodat(struct serve *s)
{
    struct place place;
    uint32_t inode = 0, mode = (uint32_t)s->a[2], type = mode & S_IFMT;
    if (type == S_IFDIR) {
        return -EPERM;
    }
    type = type ? type : S_IFREG;
    if (type != S_IFREG && type != S_IFCHR && type != S_IFBLK &&
        type != S_IFIFO) {
        return -EINVAL;
    }
    int error = place_free(s, 0, 1, false, &place);
    if (!error) {
        mode = type | (mode & 07777 & ~s->process->umask);
        error = open_create(&place, mode, &inode);
    }
    if (!error && (type == S_IFCHR || type == S_IFBLK)) {
        inode_at(inode)->device = (uint32_t)s->a[3];
    }
    return error;
}

int64_t serve_symlinkat(struct serve *s)
{
    struct place place;
    const char *target = s->at[0];
    uint32_t inode = 0;
    if (!*target) {
        return -ENOENT;
    }
    int error = place_free(s, 1, 2, false, &place);
    if (error) {
        return error;
    }
    if (machine_pages_free() < 1) {
        return -ENOSPC;
    }
    uint32_t page = machine_page_take();
    error = open_create(&place, S_IFLNK | 0777, &inode);
    if (error) {
        machine_page_give(page);
        return error;
    }
    inode_at(inode)->size = strlen(target);
    inode_at(inode)->target = page;
    inode_at(inode)->own = 1;
    memcpy(machine_page(page), target, strlen(target));
    return 0;
}

int64_t serve_linkat(struct serve *s)
{
    struct place from, to;
    uint64_t flags = s->a[4];
    if (flags & ~(uint64_t)(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    int error = lookup(s->process, s->a[0], s->at[1],
                       (flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0u) |
                           (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0u),
                       &from);
    error = error ? error : place_free(s, 2, 3, false, &to);
    if (error) {
        return error;
    }
    if ((from.vnode | to.parent) & VNODE_PROC) {
        return -EXDEV;
    }
    if (vnode_is_directory(from.vnode)) {
        return -EPERM;
    }
    if (!inode_at(to.parent)->links || !inode_at(from.vnode)->links) {
        return -ENOENT;
    }
    return dirent_add(to.parent, to.name, to.length, from.vnode);
}

static bool is_empty(uint32_t directory)
{
    return !inode_at(directory)->first;
}

static int64_t remove_directory(const struct place *place)
{
    if (place->last == LAST_DOT) {
        return place->length ? -EINVAL : -EBUSY;
    }
    if (place->last != LAST_NAME) {
        return -ENOTEMPTY;
    }
    if (!place->vnode) {
        return -ENOENT;
    }
    if (!vnode_is_directory(place->vnode)) {
        return -ENOTDIR;
    }
    if ((place->vnode | place->parent) & VNODE_PROC) {
        return place->parent & VNODE_PROC ? -EPERM : -EBUSY;
    }
    if (!is_empty(place->vnode)) {
        return -ENOTEMPTY;
    }
    dirent_remove(place->entry);
    return 0;
}

static int64_t remove_name(const struct place *place)
{
    if (place->last != LAST_NAME) {
        return -EISDIR;
    }
    if (!place->vnode) {
        return -ENOENT;
    }
    if (vnode_is_directory(place->vnode)) {
        return -EISDIR;
    }
    if (place->slash) {
        return -ENOTDIR;
    }
    if (place->vnode & VNODE_PROC || !place->entry) {
        return -EPERM;
    }
    dirent_remove(place->entry);
    return 0;
}

int64_t serve_unlinkat(struct serve *s)
{
    struct place place;
    if (s->a[2] & ~(uint64_t)AT_REMOVEDIR) {
        return -EINVAL;
    }
    int error =
        lookup(s->process, s->a[0], s->at[1], WALK_ABSENT | WALK_ENTRY, &place);
    if (error) {
        return error;
    }
    return s->a[2] & AT_REMOVEDIR ? remove_directory(&place)
                                  : remove_name(&place);
}

/* Is `inside` that directory, or somewhere in it? */
static bool is_within(uint32_t inside, uint32_t directory)
{
    while (inside != directory) {
        if (inode_at(inside)->parent == inside) {
            return false;
        }
        inside = inode_at(inside)->parent;
    }
    return true;
}

/* May a directory, or something else, take the place of that? */
static int may_replace(const struct place *from, const struct place *to)
{
    bool directory = vnode_is_directory(from->vnode);
    if (!to->vnode) {
        return 0;
    }
    if (directory) {
        return !vnode_is_directory(to->vnode) ? -ENOTDIR
               : is_empty(to->vnode)          ? 0
                                              : -ENOTEMPTY;
    }
    return vnode_is_directory(to->vnode) ? -EISDIR : 0;
}

/* May names lie there, and are they there? */
static int check_names(const struct place *from, const struct place *to,
                       uint64_t flags)
{
    if (from->last != LAST_NAME) {
        return -EBUSY;
    }
    if (to->last != LAST_NAME) {
        return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
    }
    if ((from->parent | to->parent) & VNODE_PROC) {
        return -EXDEV;
    }
    if (!from->vnode) {
        return -ENOENT;
    }
    if (flags & RENAME_NOREPLACE && to->vnode) {
        return -EEXIST;
    }
    if (flags & RENAME_EXCHANGE && !to->vnode) {
        return -ENOENT;
    }
    return 0;
}

/* A slash asks for a directory: behind either name for the one that lies
 * there, and behind the new one for the one that comes. */
static int check_slashes(const struct place *from, const struct place *to,
                         uint64_t flags)
{
    bool exchange = flags & RENAME_EXCHANGE;
    if (exchange && to->slash && !vnode_is_directory(to->vnode)) {
        return -ENOTDIR;
    }
    return !vnode_is_directory(from->vnode) &&
                   (from->slash || (to->slash && !exchange))
               ? -ENOTDIR
               : 0;
}

static int may_rename(const struct place *from, const struct place *to,
                      uint64_t flags)
{
    int error = check_names(from, to, flags);
    error = error ? error : check_slashes(from, to, flags);
    if (error) {
        return error;
    }
    if ((from->vnode | to->vnode) & VNODE_PROC) {
        return -EBUSY; /* where /proc is */
    }
    if (!inode_at(to->parent)->links) {
        return -ENOENT;
    }
    if (vnode_is_directory(from->vnode) && is_within(to->parent, from->vnode)) {
        return -EINVAL;
    }
    if (flags & RENAME_EXCHANGE) {
        return vnode_is_directory(to->vnode) &&
                       is_within(from->parent, to->vnode)
                   ? -EINVAL
                   : 0;
    }
    if (to->vnode && vnode_is_directory(to->vnode) &&
        is_within(from->parent, to->vnode)) {
        return -ENOTEMPTY;
    }
    return from->vnode == to->vnode ? 0 : may_replace(from, to);
}

static int rename_exchange(const struct place *from, const struct place *to)
{
    inode_hold(from->vnode);
    inode_hold(to->vnode);
    dirent_replace(from->entry, to->vnode);
    dirent_replace(to->entry, from->vnode);
    inode_drop(from->vnode);
    inode_drop(to->vnode);
    return 0;
}

int64_t serve_renameat2(struct serve *s)
{
    struct place from, to;
    uint64_t flags = s->a[4];
    if (flags & ~(uint64_t)(RENAME_NOREPLACE | RENAME_EXCHANGE) ||
        flags == (RENAME_NOREPLACE | RENAME_EXCHANGE)) {
        return -EINVAL;
    }
    unsigned walk = WALK_ABSENT | WALK_ENTRY;
    int error = lookup(s->process, s->a[0], s->at[1], walk, &from);
    if (!error) {
        error = lookup(s->process, s->a[2], s->at[3], walk, &to);
    }
    error = error ? error : may_rename(&from, &to, flags);
    if (error || from.vnode == to.vnode) {
        return error;
    }
    if (flags & RENAME_EXCHANGE) {
        return rename_exchange(&from, &to);
    }
    if (to.vnode) {
        dirent_replace(to.entry, from.vnode);
    } else {
        error = dirent_add(to.parent, to.name, to.length, from.vnode);
    }
    if (!error) {
        dirent_remove(from.entry);
        inode_changed(inode_at(from.vnode));
    }
    return error;
}
