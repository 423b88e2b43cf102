/*
 * Inodes: what files are, without their names. One lives while a directory
 * names it (links) or somebody uses it (users: open files, directories that
 * processes are in). An inode's number is its record's in their pool.
 */
#ifndef XO5_UNIX_KEEPER_FILES_INODE_H
#define XO5_UNIX_KEEPER_FILES_INODE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/linux-abi/abi.h"

#define INODES_MAX 65536
#define DEVICE_FILES 1 /* st_dev of all of them */

struct inode {
    uint32_t mode; /* type and permission bits */
    uint32_t uid, gid;
    uint32_t links, users;
    uint32_t device; /* of S_IFCHR and S_IFBLK */
    uint64_t size;
    int64_t atime, mtime, ctime; /* ns since 1970 */
    uint32_t locks;              /* the first lock on it (lock.h), or 0 */
    uint32_t own;                /* pages that it has taken */
    uint32_t first_waiter, last_waiter; /* for words of it (futex.h) */
    uint64_t version;                   /* see inode_new_version */
    uint32_t entry; /* the directory entry that named it last; 0: that one has
                       gone, or it is "/" */
    union {
        struct {           /* S_IFREG (content.h) */
            uint32_t root; /* of the map of its own pages; 0 if it has none */
            uint32_t depth;
            uint32_t image_first; /* pages of the image, as long as it has */
            uint32_t image_pages; /* none of its own in their place */
        };
        struct {                  /* S_IFDIR (dirent.h) */
            uint32_t first, last; /* its entries, in the order they came */
            uint32_t parent;      /* an inode, held by a directory that has
                                     lost its name; its own number at "/" */
            uint64_t cookie;      /* of the entry that came last */
        };
        struct { /* S_IFLNK: where its target is */
            uint64_t image_text;
            uint32_t target; /* a page, or 0: then in the image */
        };
        uint32_t pipe; /* S_IFIFO (pipe.h), while somebody has it open */
    };
};

/* No inodes; the clock's difference, as in the window. */
void inode_begin(int64_t clock_base);

/* A new one with one user, the caller, and no link; 0 if there is no room. */
uint32_t inode_new(uint32_t mode);

struct inode *inode_at(uint32_t number);

/* One user more; one less: the last one frees an inode without links. */
void inode_hold(uint32_t number);
void inode_drop(uint32_t number);

/* One link more or less. Removing the last frees what nobody uses. */
void inode_link(uint32_t number);
void inode_unlink(uint32_t number);

/* The time since 1970 in ns; and the times of what is done to an inode. */
int64_t inode_now(void);
void inode_changed(struct inode *inode);  /* ctime */
void inode_modified(struct inode *inode); /* mtime and ctime */

/* A page of its content is another page now, or gone: it has a version that
 * no inode ever had. */
void inode_new_version(struct inode *inode);

/* How many there are, and may yet be. */
uint32_t inode_count(void);

/* A symbolic link's target, 4096 bytes of room: its length. */
uint32_t inode_target(const struct inode *inode, char *text);

#endif
