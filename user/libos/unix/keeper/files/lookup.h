/* Walking paths. */
#ifndef XO5_UNIX_KEEPER_FILES_LOOKUP_H
#define XO5_UNIX_KEEPER_FILES_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/record/serve.h"

/* WALK_ENTRY: the last name itself is meant, so that no link is followed there,
 * and a slash behind it is the caller's to judge. */
#define WALK_FOLLOW 1 /* a symbolic link at the end too */
#define WALK_EMPTY 2  /* "" is where it begins, file or directory */
#define WALK_ABSENT 4 /* the last name may be missing */
#define WALK_ENTRY 8
#define WALK_FILE 16 /* -EISDIR where a slash is behind the last name */

enum last {
    LAST_NAME,
    LAST_DOT,  /* ".", or nothing but slashes */
    LAST_DOTS, /* ".." */
    LAST_JUMP, /* through /proc to an open file, or "" */
};

/* Where a path leads. */
struct place {
    uint32_t vnode;  /* 0: nowhere yet */
    uint32_t parent; /* the vnode of the directory of the last name */
    uint32_t entry;  /* the directory's entry, of an inode with LAST_NAME */
    uint8_t last;    /* enum last */
    bool slash;      /* there is a slash after the last name */
    uint32_t length; /* the last name; valid until the next walk but one */
    char name[NAME_MAX + 1];
};

/* "/" is that inode; "/proc" is, if that is not 0. */
void lookup_begin(uint32_t root, uint32_t proc);

/*
 * Walks from an open directory of the process, from where it is (AT_FDCWD),
 * or from "/". Nothing is held: the place is good until something changes.
 * 0; -EBADF, -ENOTDIR of where it begins; -ENOENT, -ENOTDIR, -ENAMETOOLONG,
 * -ELOOP on the way. A last name that is missing is -ENOENT without
 * WALK_ABSENT; with a slash behind it, a link is followed and what is no
 * directory is -ENOTDIR, without WALK_ENTRY.
 */
int lookup(struct process *process, uint64_t fd, const char *path,
           unsigned flags, struct place *place);

/* The vnode of the directory that a directory is in; of "/", "/". */
uint32_t lookup_parent(uint32_t vnode);

/* Writes the path of a vnode, from "/", with its zero: the length without it;
 * -ENOENT if it is not known (any more), -ERANGE if it is too long. */
int lookup_path(uint32_t vnode, char *text, uint32_t size);

/* That of a place with LAST_NAME. */
int lookup_path_of_place(const struct place *place, char *text, uint32_t size);

#endif
