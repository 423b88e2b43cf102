/*
 * Pairs of connected stream sockets, as socketpair makes them; there are no
 * others. An end is a description that holds two more: the reading end of one
 * pipe, and the writing end of another, whose other ends its peer holds.
 */
#ifndef XO5_UNIX_KEEPER_FILES_SOCKET_H
#define XO5_UNIX_KEEPER_FILES_SOCKET_H

#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/serve.h"

/* It goes, and with it its ends of the pipes. */
void socket_close(struct description *open);

/* How many bytes are there to be read. */
uint32_t socket_filled(const struct description *open);

/* What poll says of it. */
int socket_poll(const struct description *open);

/* As pipe_read and pipe_write, which wait only if `waits`; nothing is left to
 * be read, and -EPIPE, of what was shut down. */
int64_t socket_read(struct serve *s, struct description *open, void *to,
                    uint64_t count, bool waits);
int64_t socket_write(struct serve *s, struct description *open,
                     const void *from, uint64_t count, bool waits);

/* Can nobody read any more what this end writes? */
bool socket_is_broken(const struct description *open);

/* Both ends of a new pair with these flags, each with one user: 0, or -ENFILE
 * and none. */
int socket_make(uint32_t flags, uint32_t *ends);

#endif
