/* Opening files by their names. */
#ifndef XO5_UNIX_KEEPER_CALLS_OPEN_H
#define XO5_UNIX_KEEPER_CALLS_OPEN_H

#include "libos/unix/keeper/files/lookup.h"
#include "libos/unix/keeper/record/serve.h"

/* A new inode under the last name of that place, which is free: its number
 * into *inode. `mode` has its type and permission bits. 0; -EACCES in /proc,
 * -ENOENT in a directory that was removed, -ENOSPC. */
int open_create(const struct place *place, uint32_t mode, uint32_t *inode);

/* openat: what lookup says; -EMFILE, -ENFILE; -EEXIST, -EISDIR, -ENOTDIR,
 * -ELOOP, -EACCES, -ENXIO, -EOPNOTSUPP, -EINVAL; a fifo waits for its other
 * end. memfd_create. */
serve_function serve_openat, serve_memfd_create;

#endif
