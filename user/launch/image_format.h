/*
 * The image of a root file system, as setup/image.py makes it and library OSes
 * and the launcher read it. Numbers are little-endian; each part begins at a
 * page:
 *
 *     header | inodes | entries | text | content, each file at a page
 *
 * Inode 0 is "/". An inode's entries are consecutive, sorted by name. A file's
 * last page is filled with zeros. A hard link is one inode with two entries.
 * Directories have neither "." nor "..".
 */
#ifndef XO5_LAUNCH_IMAGE_FORMAT_H
#define XO5_LAUNCH_IMAGE_FORMAT_H

#include <stdint.h>

#define IMAGE_MAGIC 0x31746f6f72356f78 /* "xo5root1" */

struct image_header {
    uint64_t magic;
    uint64_t size;              /* of the image in bytes, a multiple of 4096 */
    uint64_t inodes, inodes_at; /* how many, and where: bytes */
    uint64_t entries, entries_at; /* how many, and where */
    uint64_t text, text_at;       /* bytes, and where */
};

struct image_inode { /* 64 bytes */
    uint32_t mode;   /* Linux's: type and permission bits */
    uint32_t uid, gid, links;
    uint64_t size;  /* bytes; of a directory: entries */
    uint64_t where; /* a file's first page; a directory's first entry; where in
                       the text a link's target is */
    int64_t mtime;  /* ns since 1970 */
    uint32_t device;
    uint32_t zero[5];
};

struct image_entry {      /* 16 bytes */
    uint32_t inode, name; /* where in the text */
    uint32_t length, zero;
};

#endif
