/*
 * The link: the page by which a process's machine part and the keeper's
 * machine part speak, beside the window, whose requests are the core's.
 */
#ifndef XO5_UNIX_XO5_LINK_H
#define XO5_UNIX_XO5_LINK_H

#include <stdint.h>

#include "libos/unix/xo5/layout.h"

#define LINK_PAGES 256
#define LINK_RANGES 16

/* Pages of a mapped file that lie in a row in one table. */
struct link_range {
    uint64_t number; /* of the file */
    uint64_t first;  /* page of the file */
    uint16_t at;     /* in the table */
    uint16_t count;
    uint32_t rights; /* RIGHT_ bits */
};

struct link {
    uint64_t request; /* LINK_ number; LINK_NONE: the window has one */
    uint64_t a[4];
    int64_t answer;
    uint64_t slot;       /* this process's */
    uint64_t generation; /* of the memory: changes in a forked child */
    uint64_t frames;     /* where a search for free ones had better begin */
    uint64_t core_pages; /* how many pages of the core there are */
    uint64_t some[8];
    uint64_t likely[8], stored[8];
    union {
        uint64_t pages[LINK_PAGES];
        uint32_t shadows[2 * LINK_PAGES];
        struct link_range ranges[LINK_RANGES];
    };
};

#define LINK_NONE 0

/* (count): that many more pages of the core; 0 or -ENOMEM. */
#define LINK_GROW 1

/* (entry, level, rights): attaches a fresh page of the keeper's, of that level,
 * to that empty entry of a table of the process, which may store to it: for a
 * process that owns nearly all that it may. Answers 0, and a[0] is its frame;
 * -EINVAL, -ENOMEM. It is the keeper's again when nobody has it any more. */
#define LINK_BORROW 5

/* (fd, first page, count, rights | LINK_SHARED): attaches pages of that open
 * file at the entries that pages[] names, in tables of the process. Answers 0
 * or -errno; pages[] has the frames then, 0 where the file has a hole or is at
 * its end. */
#define LINK_FILE 2
#define LINK_SHARED 16

/* (number, first page, count, rights): the same for a file that the process has
 * mapped; without LINK_SHARED, pages that it cannot store to. An entry of 0 is
 * left out. LINK_PAST is behind the file's end. -EBADF: it is not mapped. */
#define LINK_MAPPED 3
#define LINK_PAST UINT64_MAX

/* (entry, count): attaches one table of pages to that entry of a directory of
 * the process, with the pages of `count` ranges[] of files that it has mapped.
 * Who asks for the same gets the same table: nobody can store to it or change
 * it. Answers 0, and a[0] is its frame then, shadows[] and some[] what it holds
 * (struct table), likely[] which of those pages most processes touch, and
 * stored[] which they store to; -EBADF, -EINVAL, -ENOMEM. */
#define LINK_TABLE 4

_Static_assert(sizeof(struct link) <= 4096, "the link is a page");

#endif
