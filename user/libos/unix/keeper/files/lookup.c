/*
 * Name lookup: from a path to the vnode that it names, as Unix's namei. The
 * path is copied, since a symbolic link puts its text in front of what is left:
 *
 *   rest   /usr/lib/x      "lib" is a link to "../lib64"
 *          ^ at
 *   rest   ../lib64/x      and on from there, 40 links at most
 *
 * What a caller needs to know beside the vnode is in struct place: the last
 * name and its directory (to make, remove or rename), whether a slash followed
 * (then it must be a directory), and whether the end was a name at all. Nothing
 * is held on the way: the keeper handles one request at a time, so nothing
 * changes under a walk.
 */
#include "libos/unix/keeper/files/lookup.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/procfs.h"

#define LINKS_MAX 40

static uint32_t root, proc;
static char rest[2 * PATH_MAX]; /* what is still to be walked */
static char target[PATH_MAX];

void lookup_begin(uint32_t root_inode, uint32_t proc_inode)
{
    root = root_inode;
    proc = proc_inode;
}

/* The inode that /proc hides is /proc's first vnode. */
static uint32_t node_of(uint32_t inode)
{
    return inode == proc && proc ? PROC_ROOT : inode;
}

uint32_t lookup_parent(uint32_t vnode)
{
    if (vnode == PROC_ROOT) {
        return inode_at(proc)->parent;
    }
    if (vnode == root) {
        return root;
    }
    return vnode & VNODE_PROC ? proc_parent(vnode) : inode_at(vnode)->parent;
}

static int walk_start(struct process *process, uint64_t fd, const char *path,
                      unsigned flags, uint32_t *vnode)
{
    if (!*path && !(flags & WALK_EMPTY)) {
        return -ENOENT;
    }
    if (*path == '/') {
        *vnode = root;
        return 0;
    }
    if ((int32_t)fd == AT_FDCWD) {
        *vnode = process->directory;
    } else {
        const struct description *open = descriptor_open(process, fd);
        if (!open) {
            return -EBADF;
        }
        *vnode = open->vnode;
    }
    return !*path || vnode_is_directory(*vnode) ? 0 : -ENOTDIR;
}

/* Takes the next name off the path: its length, or -ENAMETOOLONG. `slash`: a
 * slash followed; `end`: that was the last name. */
static int name_take(uint32_t *at, bool *slash, bool *end)
{
    uint32_t start = *at, length = 0;
    while (rest[start + length] && rest[start + length] != '/') {
        length++;
    }
    *slash = rest[start + length] == '/';
    *at = start + length;
    while (rest[*at] == '/') {
        ++*at;
    }
    *end = !rest[*at];
    return length > NAME_MAX ? -ENAMETOOLONG : (int)length;
}

/* Puts a link's target before what is left of the path. */
static int link_expand(uint32_t vnode, uint32_t *at)
{
    int length = vnode & VNODE_PROC
                     ? proc_link(vnode, target, PATH_MAX)
                     : (int)inode_target(inode_at(vnode), target);
    uint32_t left = (uint32_t)strlen(rest + *at);
    if (length < 0) {
        return length;
    }
    if (!length) {
        return -ENOENT;
    }
    /* The slashes behind the link's name were skipped: one must be there again,
     * or its target and the rest would be one name. */
    bool slash = *at && rest[*at - 1] == '/';
    if ((uint32_t)length + slash + left + 1 > sizeof(rest)) {
        return -ENAMETOOLONG;
    }
    memmove(rest + length + slash, rest + *at, left + 1);
    if (slash) {
        rest[length] = '/';
    }
    memcpy(rest, target, (uint32_t)length);
    *at = 0;
    return 0;
}

/* Finds place->name in place->parent. */
static void name_find(struct process *process, struct place *place)
{
    const char *name = place->name;
    uint32_t length = place->length, dir = place->parent;
    place->entry = 0;
    if (length == 1 && name[0] == '.') {
        place->last = LAST_DOT;
        place->vnode = dir;
    } else if (length == 2 && name[0] == '.' && name[1] == '.') {
        place->last = LAST_DOTS;
        place->vnode = lookup_parent(dir);
    } else if (dir & VNODE_PROC) {
        place->last = LAST_NAME;
        place->vnode = proc_find(process, dir, name, length);
    } else {
        place->last = LAST_NAME;
        place->entry = dirent_find(dir, name, length);
        place->vnode =
            place->entry ? node_of(dirent_at(place->entry)->inode) : 0;
    }
}

/* The vnode is a symbolic link that is to be followed: 1 if the walk goes on
 * through its text, 0 if it has jumped to what it stands for. */
static int link_follow(struct place *place, uint32_t *at, unsigned *links)
{
    if (++*links > LINKS_MAX) {
        return -ELOOP;
    }
    uint32_t jump = place->vnode & VNODE_PROC ? proc_jump(place->vnode) : 0;
    if (jump) {
        place->vnode = jump;
        place->entry = 0;
        place->last = LAST_JUMP;
        return 0;
    }
    int error = link_expand(place->vnode, at);
    return error ? error : 1;
}

static bool is_link(uint32_t vnode)
{
    return vnode && (vnode_mode(vnode) & S_IFMT) == S_IFLNK;
}

/* One name further. 0: that was the last; 1: go on. */
static int walk_step(struct process *process, unsigned flags, uint32_t *at,
                     unsigned *links, struct place *place)
{
    bool slash, end;
    if (!vnode_is_directory(place->parent)) {
        return -ENOTDIR;
    }
    uint32_t start = *at;
    int length = name_take(at, &slash, &end);
    if (length < 0) {
        return length;
    }
    place->slash = slash;
    place->length = (uint32_t)length;
    memcpy(place->name, rest + start, place->length);
    place->name[length] = '\0';
    name_find(process, place);
    if (end && slash && flags & WALK_FILE && place->last == LAST_NAME) {
        return -EISDIR;
    }
    bool follow =
        !end || flags & WALK_FOLLOW || (slash && !(flags & WALK_ENTRY));
    if (follow && is_link(place->vnode)) {
        int result = link_follow(place, at, links);
        if (result < 0) {
            return result;
        }
        if (result) {
            /* Its text begins at "/", or in the directory that it lies in. */
            place->parent = rest[0] == '/' ? root : place->parent;
            while (rest[*at] == '/') {
                ++*at;
            }
            place->vnode = rest[*at] ? 0 : root;
            place->last = LAST_DOT;
            return rest[*at] ? 1 : 0;
        }
    }
    if (end) {
        return 0;
    }
    if (!place->vnode) {
        return -ENOENT;
    }
    place->parent = place->vnode;
    return 1;
}

int lookup(struct process *process, uint64_t fd, const char *path,
           unsigned flags, struct place *place)
{
    uint32_t at = 0;
    unsigned links = 0;
    memset(place, 0, sizeof(*place));
    int result = walk_start(process, fd, path, flags, &place->vnode);
    if (result) {
        return result;
    }
    place->parent = place->vnode;
    place->last = *path ? LAST_DOT : LAST_JUMP;
    memcpy(rest, path, strlen(path) + 1);
    while (rest[at] == '/') {
        at++;
    }
    for (result = rest[at] != '\0'; result > 0;) {
        result = walk_step(process, flags, &at, &links, place);
    }
    if (result) {
        return result;
    }
    if (!place->vnode) {
        return flags & WALK_ABSENT ? 0 : -ENOENT;
    }
    return place->slash && !(flags & WALK_ENTRY) &&
                   !vnode_is_directory(place->vnode)
               ? -ENOTDIR
               : 0;
}

int lookup_path(uint32_t vnode, char *text, uint32_t size)
{
    uint32_t at = size;
    if (at) {
        text[--at] = '\0';
    }
    while (vnode != root) {
        char name[24];
        const char *from = name;
        uint32_t length, inode = vnode == PROC_ROOT ? proc : vnode;
        if (inode & VNODE_PROC) {
            length = proc_name(vnode, name);
            vnode = proc_parent(vnode);
        } else {
            if (!inode_at(inode)->entry) {
                return -ENOENT;
            }
            const struct dirent *entry = dirent_at(inode_at(inode)->entry);
            length = entry->length;
            from = entry->name;
            vnode = entry->directory;
        }
        if (length + 1 > at) {
            return -ERANGE;
        }
        at -= length;
        memcpy(text + at, from, length);
        text[--at] = '/';
    }
    if (at + 1 >= size) {
        if (at < 1) {
            return -ERANGE;
        }
        text[--at] = '/';
    }
    memmove(text, text + at, size - at);
    return (int)(size - at - 1);
}

int lookup_path_of_place(const struct place *place, char *text, uint32_t size)
{
    int length = lookup_path(place->parent, text, size);
    if (length < 0) {
        return length;
    }
    uint32_t at = length == 1 ? 0 : (uint32_t)length;
    if (at + 1 + place->length + 1 > size) {
        return -ERANGE;
    }
    text[at] = '/';
    memcpy(text + at + 1, place->name, place->length);
    text[at + 1 + place->length] = '\0';
    return (int)(at + 1 + place->length);
}
