/*
 * File descriptions: open files. One is shared by all descriptors that dup and
 * fork made of the first; it goes with the last of them.
 */
#ifndef XO5_UNIX_KEEPER_FILES_DESCRIPTION_H
#define XO5_UNIX_KEEPER_FILES_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libos/unix/linux-abi/abi.h"

#define DESCRIPTIONS_MAX 4096

enum description_kind {
    OPEN_FILE,
    OPEN_DIRECTORY,
    OPEN_PIPE,
    OPEN_TTY,
    OPEN_NULL,
    OPEN_ZERO,
    OPEN_FULL,
    OPEN_RANDOM,
    OPEN_SOCKET,
    OPEN_PATH, /* O_PATH: names a vnode and nothing else */
};

struct description {
    uint32_t users;
    uint32_t flags; /* O_ACCMODE, O_APPEND, O_NONBLOCK, O_PATH... */
    uint32_t vnode; /* what it is; an inode is held */
    uint32_t kind;  /* enum description_kind */
    uint64_t position;
    uint64_t seen; /* of a fifo that waits for its other end: who came before */
    uint32_t reader, writer; /* of a socket: the pipes' ends; 0: shut down */
};

/* No descriptions. */
void description_begin(void);

/* A new one with one user, the caller, and one of that vnode; 0 if there are
 * too many. */
uint32_t description_new(uint32_t vnode, enum description_kind kind,
                         uint32_t flags);

struct description *description_at(uint32_t open);

/* One user more; one less: the last one closes it. */
void description_hold(uint32_t open);
void description_drop(uint32_t open);

/* How many there are. */
uint32_t description_count(void);

/* Was it opened to be read; to be written? */
static inline bool description_reads(const struct description *open)
{
    return open && open->kind != OPEN_PATH &&
           (open->flags & O_ACCMODE) != O_WRONLY;
}

static inline bool description_writes(const struct description *open)
{
    return open && open->kind != OPEN_PATH &&
           (open->flags & O_ACCMODE) != O_RDONLY;
}

#endif
