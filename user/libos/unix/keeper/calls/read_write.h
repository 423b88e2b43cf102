/* Reading and writing open files, and what else is done with their content. */
#ifndef XO5_UNIX_KEEPER_CALLS_READ_WRITE_H
#define XO5_UNIX_KEEPER_CALLS_READ_WRITE_H

#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/serve.h"

/* Reads from, or writes to, an open file at its position, which moves: as the
 * kind of file has it. -EBADF if it is not open for that. */
int64_t file_read(struct serve *s, struct description *open, void *to,
                  uint64_t count);
int64_t file_write(struct serve *s, struct description *open, const void *from,
                   uint64_t count);

/* Requests: -EBADF, -EINVAL, -EISDIR, -ESPIPE and what reading, writing and
 * content.h say. */
serve_function serve_read, serve_write, serve_pread64, serve_pwrite64,
    serve_lseek, serve_sendfile, serve_ftruncate, serve_fallocate, serve_fsync;

/* content_resize, with the time, and those told who have it mapped. */
int file_resize(uint32_t vnode, uint64_t size);

#endif
