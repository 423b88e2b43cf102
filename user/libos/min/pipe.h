/*
 * Exercise 5.4. Pipes: pages that parents and children share. A pipe is four
 * pages of LAUNCH_OWN, of whoever made it:
 *
 *   OWN_PIPES + 4 n   | ring | ring | reader's | writer's |
 *
 * The ring is one struct pipe_ring in two pages, attached in every process
 * that has an end of the pipe open. The third is attached where the reading
 * end is open, the fourth where the writing end is; nobody looks into them.
 * So how many processes have an end open stands in the books: `refs` of that
 * page's frame. It is right even for a process that crashed.
 */
#ifndef XO5_MIN_PIPE_H
#define XO5_MIN_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/min/space.h"

#define PIPES 16 /* that a process has open; made by it: so many, too */
#define PIPE_RING_PAGES 2
#define PIPE_PAGES 4

enum pipe_end { PIPE_READ = 0, PIPE_WRITE = 1 };

/* Bytes [taken, put) wait, each at its number modulo PIPE_ROOM. */
struct pipe_ring {
    uint64_t taken, put;
    uint32_t ends[2]; /* the frames of the third and fourth page */
    uint8_t bytes[PIPE_RING_PAGES * PAGE - 24];
};

#define PIPE_ROOM (sizeof(((struct pipe_ring *)0)->bytes))

/* Where the pages of pipe n are attached: entries of space_own, and the
 * address of its ring. */
static inline unsigned pipe_entry(unsigned n)
{
    return OWN_PIPES + n * PIPE_PAGES;
}

static inline struct pipe_ring *pipe_ring(unsigned n)
{
    return space_own_page(pipe_entry(n));
}

/* Four pages of mine for a pipe, which nobody holds, with whatever in them:
 * those of a pipe that this process made before, if nobody has an end of it
 * any more, else new ones. -EMFILE: PIPES that it made are in use; -ENOMEM.
 * (The kit's, in pages.c.) */
int pipe_take(uint32_t pages[PIPE_PAGES]);

/*
 * Makes a pipe, empty, both ends open here: its number, which no other open
 * pipe of this process has. -EMFILE: PIPES of them are open; pipe_take's
 * errors. Nothing is attached then.
 */
int pipe_make(void);

/* Takes up to `count` bytes, in order: as many as wait. If none does: 0 if no
 * process has the writing end open, else process_pause() until that changes. */
int64_t pipe_read(unsigned n, void *to, uint64_t count);

/*
 * Puts all `count` bytes; those of up to PIPE_BUF bytes together, never among
 * other writers'. process_pause() while there is no room. When no process has
 * the reading end open: how many were put, or -EPIPE if none.
 */
int64_t pipe_write(unsigned n, const void *from, uint64_t count);

/* This process closes that end, the other stays as it is: detaches what only
 * that end needs, and the ring with the second. */
void pipe_close(unsigned n, enum pipe_end end);

/* A fork: the child gets all that I have of every pipe at the same places of
 * its own table, whose copy that is and which is empty there, R and W. False:
 * an operation said no. */
bool pipe_inherit(struct table *child);

/* For poll: would a read, or a write of a byte, not wait? (The kit's.) */
bool pipe_is_ready(unsigned n, enum pipe_end end);

#endif
