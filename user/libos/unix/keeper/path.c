#include "libos/unix/keeper/path.h"

#include "lib/string.h"
#include "libos/unix/keeper/descriptor.h"
#include "libos/unix/keeper/directory.h"
#include "libos/unix/keeper/procfs.h"

#define LINKS_MAX 40

static uint32_t root, proc;
static char rest[2 * PATH_MAX]; /* what is still to be walked */
static char target[PATH_MAX];

void path_begin(uint32_t root_inode, uint32_t proc_inode)
{
    root = root_inode;
    proc = proc_inode;
}

/* The inode that /proc hides is /proc's first node. */
static uint32_t node_of(uint32_t inode)
{
    return inode == proc && proc ? PROC_ROOT : inode;
}

uint32_t path_parent(uint32_t node)
{
    if (node == PROC_ROOT) {
        return inode_at(proc)->parent;
    }
    if (node == root) {
        return root;
    }
    return node & NODE_PROC ? proc_parent(node) : inode_at(node)->parent;
}

static int walk_start(struct process *process, uint64_t fd, const char *path,
                      unsigned flags, uint32_t *node)
{
    if (!*path && !(flags & WALK_EMPTY)) {
        return -ENOENT;
    }
    if (*path == '/') {
        *node = root;
        return 0;
    }
    if ((int32_t)fd == AT_FDCWD) {
        *node = process->directory;
    } else {
        const struct open *open = descriptor_open(process, fd);
        if (!open) {
            return -EBADF;
        }
        *node = open->node;
    }
    return !*path || node_is_directory(*node) ? 0 : -ENOTDIR;
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
static int link_expand(uint32_t node, uint32_t *at)
{
    int length = node & NODE_PROC ? proc_link(node, target, PATH_MAX)
                                  : (int)inode_target(inode_at(node), target);
    uint32_t left = (uint32_t)strlen(rest + *at);
    if (length < 0) {
        return length;
    }
    if (!length) {
        return -ENOENT;
    }
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
        place->node = dir;
    } else if (length == 2 && name[0] == '.' && name[1] == '.') {
        place->last = LAST_DOTS;
        place->node = path_parent(dir);
    } else if (dir & NODE_PROC) {
        place->last = LAST_NAME;
        place->node = proc_find(process, dir, name, length);
    } else {
        place->last = LAST_NAME;
        place->entry = directory_find(dir, name, length);
        place->node = place->entry ? node_of(entry_at(place->entry)->inode) : 0;
    }
}

/* The node is a symbolic link that is to be followed: 1 if the walk goes on
 * through its text, 0 if it has jumped to what it stands for. */
static int link_follow(struct place *place, uint32_t *at, unsigned *links)
{
    if (++*links > LINKS_MAX) {
        return -ELOOP;
    }
    uint32_t jump = place->node & NODE_PROC ? proc_jump(place->node) : 0;
    if (jump) {
        place->node = jump;
        place->entry = 0;
        place->last = LAST_JUMP;
        return 0;
    }
    int error = link_expand(place->node, at);
    return error ? error : 1;
}

static bool is_link(uint32_t node)
{
    return node && (node_mode(node) & S_IFMT) == S_IFLNK;
}

/* One name further. 0: that was the last; 1: go on. */
static int walk_step(struct process *process, unsigned flags, uint32_t *at,
                     unsigned *links, struct place *place)
{
    bool slash, end;
    if (!node_is_directory(place->parent)) {
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
    if (follow && is_link(place->node)) {
        int result = link_follow(place, at, links);
        if (result < 0) {
            return result;
        }
        if (result) {
            place->parent = rest[0] == '/' ? root : place->parent;
            while (rest[*at] == '/') {
                ++*at;
            }
            place->node = rest[*at] ? 0 : root;
            place->last = LAST_DOT;
            return rest[*at] ? 1 : 0;
        }
    }
    if (end) {
        return 0;
    }
    if (!place->node) {
        return -ENOENT;
    }
    place->parent = place->node;
    return 1;
}

int path_walk(struct process *process, uint64_t fd, const char *path,
              unsigned flags, struct place *place)
{
    uint32_t at = 0;
    unsigned links = 0;
    memset(place, 0, sizeof(*place));
    int result = walk_start(process, fd, path, flags, &place->node);
    if (result) {
        return result;
    }
    place->parent = place->node;
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
    if (!place->node) {
        return flags & WALK_ABSENT ? 0 : -ENOENT;
    }
    return place->slash && !(flags & WALK_ENTRY) &&
                   !node_is_directory(place->node)
               ? -ENOTDIR
               : 0;
}

int path_of(uint32_t node, char *text, uint32_t size)
{
    uint32_t at = size;
    if (at) {
        text[--at] = '\0';
    }
    while (node != root) {
        char name[24];
        const char *from = name;
        uint32_t length, inode = node == PROC_ROOT ? proc : node;
        if (inode & NODE_PROC) {
            length = proc_name(node, name);
            node = proc_parent(node);
        } else {
            if (!inode_at(inode)->entry) {
                return -ENOENT;
            }
            const struct entry *entry = entry_at(inode_at(inode)->entry);
            length = entry->length;
            from = entry->name;
            node = entry->directory;
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

int path_of_place(const struct place *place, char *text, uint32_t size)
{
    int length = path_of(place->parent, text, size);
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
