/*
 * The kernel's books: what every process may read of the kernel's state.
 * The first page of them, at BOOKS_USER, is a struct books.
 */
#ifndef XO5_ABI_BOOKS_H
#define XO5_ABI_BOOKS_H

#include <stdint.h>

#define BOOKS_MAGIC 0x736b6f6f62356f78 /* "xo5books" */
#define BOOKS_CMDLINE 256

struct books {
    uint64_t magic;
    uint64_t depth;       /* levels of a root: 4 or 5 */
    uint64_t page_levels; /* largest page: 3 for 1 GiB, 2 for 2 MiB */
    uint64_t ram_frames;  /* frames of RAM in the machine */
    uint64_t image_size;  /* bytes of the root image at INIT_ROOT_IMAGE */
    char cmdline[BOOKS_CMDLINE];
};

#endif
