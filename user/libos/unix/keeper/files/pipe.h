/*
 * Pipes and fifos: a ring of 64 KiB in pages that are taken as they are
 * needed. A pipe belongs to an inode of S_IFIFO (that of pipe2 has no name) as
 * long as somebody has it open.
 */
#ifndef XO5_UNIX_KEEPER_FILES_PIPE_H
#define XO5_UNIX_KEEPER_FILES_PIPE_H

#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/serve.h"

#define PIPE_SIZE 65536u

/* No pipes. */
void pipe_begin(void);

/* That description of a fifo's inode reads or writes it, by its flags: 0, or
 * -ENFILE. */
int pipe_open(struct description *open);

/* It does so no longer. */
void pipe_close(struct description *open);

/* Has the other end of a fifo come, since this end did? */
bool pipe_has_other(const struct description *open);

/* Does somebody read it? */
bool pipe_has_reader(uint32_t inode);

/* What wake and WAIT_PIPE name it by. */
uint32_t pipe_number(const struct description *open);

/* How many bytes are in it. */
uint32_t pipe_filled(const struct description *open);

/* What poll says of it: POLLIN, POLLOUT, POLLHUP, POLLERR. */
int pipe_poll(const struct description *open);

/* Reads: -EAGAIN or waits while it is empty and somebody could write. Writes:
 * -EPIPE if nobody reads; -EAGAIN or waits while there is no
 * room for all of it, or for some if it is more than PIPE_BUF; -ENOMEM. */
int64_t pipe_read(struct serve *s, struct description *open, void *to,
                  uint64_t count);
int64_t pipe_write(struct serve *s, struct description *open, const void *from,
                   uint64_t count);

/* Both ends of a new pipe with these flags, each with one user: 0, or -ENFILE
 * and none. */
int pipe_make(uint32_t flags, uint32_t *ends);

/* pipe2: -EINVAL, -EMFILE, -ENFILE. */
serve_function serve_pipe2;

#endif
