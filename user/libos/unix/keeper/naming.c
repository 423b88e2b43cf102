#include "libos/unix/keeper/naming.h"

#include "lib/string.h"
#include "libos/unix/keeper/directory.h"
#include "libos/unix/keeper/opening.h"
#include "libos/unix/keeper/path.h"

/* The place of a name that shall be made, and is not there yet. */
static int place_free(struct serve *s, unsigned fd, unsigned name,
                      bool directory, struct place *place)
{
    int error = path_walk(s->process, s->a[fd], s->at[name],
                          WALK_ABSENT | WALK_ENTRY, place);
    if (error) {
        return error;
    }
    if (place->node) {
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
                 : opening_create(&place, S_IFDIR | (mode & ~s->process->umask),
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
        error = opening_create(&place, mode, &inode);
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
    error = opening_create(&place, S_IFLNK | 0777, &inode);
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
    int error = path_walk(s->process, s->a[0], s->at[1],
                          (flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0u) |
                              (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0u),
                          &from);
    error = error ? error : place_free(s, 2, 3, false, &to);
    if (error) {
        return error;
    }
    if ((from.node | to.parent) & NODE_PROC) {
        return -EXDEV;
    }
    if (node_is_directory(from.node)) {
        return -EPERM;
    }
    if (!inode_at(to.parent)->links || !inode_at(from.node)->links) {
        return -ENOENT;
    }
    return directory_add(to.parent, to.name, to.length, from.node);
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
    if (!place->node) {
        return -ENOENT;
    }
    if (!node_is_directory(place->node)) {
        return -ENOTDIR;
    }
    if ((place->node | place->parent) & NODE_PROC) {
        return place->parent & NODE_PROC ? -EPERM : -EBUSY;
    }
    if (!is_empty(place->node)) {
        return -ENOTEMPTY;
    }
    directory_remove(place->entry);
    return 0;
}

static int64_t remove_name(const struct place *place)
{
    if (place->last != LAST_NAME) {
        return -EISDIR;
    }
    if (!place->node) {
        return -ENOENT;
    }
    if (node_is_directory(place->node)) {
        return -EISDIR;
    }
    if (place->slash) {
        return -ENOTDIR;
    }
    if (place->node & NODE_PROC || !place->entry) {
        return -EPERM;
    }
    directory_remove(place->entry);
    return 0;
}

int64_t serve_unlinkat(struct serve *s)
{
    struct place place;
    if (s->a[2] & ~(uint64_t)AT_REMOVEDIR) {
        return -EINVAL;
    }
    int error = path_walk(s->process, s->a[0], s->at[1],
                          WALK_ABSENT | WALK_ENTRY, &place);
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
    bool directory = node_is_directory(from->node);
    if (!to->node) {
        return 0;
    }
    if (directory) {
        return !node_is_directory(to->node) ? -ENOTDIR
               : is_empty(to->node)         ? 0
                                            : -ENOTEMPTY;
    }
    return node_is_directory(to->node) ? -EISDIR : 0;
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
    if ((from->parent | to->parent) & NODE_PROC) {
        return -EXDEV;
    }
    if (!from->node) {
        return -ENOENT;
    }
    if (flags & RENAME_NOREPLACE && to->node) {
        return -EEXIST;
    }
    if (flags & RENAME_EXCHANGE && !to->node) {
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
    if (exchange && to->slash && !node_is_directory(to->node)) {
        return -ENOTDIR;
    }
    return !node_is_directory(from->node) &&
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
    if ((from->node | to->node) & NODE_PROC) {
        return -EBUSY; /* where /proc is */
    }
    if (!inode_at(to->parent)->links) {
        return -ENOENT;
    }
    if (node_is_directory(from->node) && is_within(to->parent, from->node)) {
        return -EINVAL;
    }
    if (flags & RENAME_EXCHANGE) {
        return node_is_directory(to->node) && is_within(from->parent, to->node)
                   ? -EINVAL
                   : 0;
    }
    if (to->node && node_is_directory(to->node) &&
        is_within(from->parent, to->node)) {
        return -ENOTEMPTY;
    }
    return from->node == to->node ? 0 : may_replace(from, to);
}

static int rename_exchange(const struct place *from, const struct place *to)
{
    inode_hold(from->node);
    inode_hold(to->node);
    directory_replace(from->entry, to->node);
    directory_replace(to->entry, from->node);
    inode_drop(from->node);
    inode_drop(to->node);
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
    int error = path_walk(s->process, s->a[0], s->at[1], walk, &from);
    if (!error) {
        error = path_walk(s->process, s->a[2], s->at[3], walk, &to);
    }
    error = error ? error : may_rename(&from, &to, flags);
    if (error || from.node == to.node) {
        return error;
    }
    if (flags & RENAME_EXCHANGE) {
        return rename_exchange(&from, &to);
    }
    if (to.node) {
        directory_replace(to.entry, from.node);
    } else {
        error = directory_add(to.parent, to.name, to.length, from.node);
    }
    if (!error) {
        directory_remove(from.entry);
        inode_changed(inode_at(from.node));
    }
    return error;
}
