/*
 * The link: the page by which a process's machine part and the keeper's
 * machine part speak, beside the window, whose requests are the core's.
 */
#ifndef XO5_UNIX_LINK_H
#define XO5_UNIX_LINK_H

#include <stdint.h>

#include "libos/unix/xo5/layout.h"

#define LINK_PAGES 256

struct link {
    uint64_t request; /* LINK_ number; LINK_NONE: the window has one */
    uint64_t a[4];
    int64_t answer;
    uint64_t slot;       /* this process's */
    uint64_t generation; /* of the memory: changes in a forked child */
    uint64_t frames;     /* where a search for free ones had better begin */
    uint64_t core_pages; /* how many pages of the core there are */
    uint64_t pages[LINK_PAGES];
};

#define LINK_NONE 0

/* (count): that many more pages of the core; 0 or -ENOMEM. */
#define LINK_GROW 1

/* (fd, first page, count, rights | LINK_SHARED): attaches pages of that open
 * file at the entries that pages[] names, in tables of the process. Answers 0
 * or -errno; pages[] has the frames then, 0 where the file has a hole or is at
 * its end. */
#define LINK_FILE 2
#define LINK_SHARED 16

_Static_assert(sizeof(struct link) <= 4096, "the link is a page");

#endif
