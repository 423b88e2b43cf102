/* Requests about directories: reading one, and where a process is. */
#ifndef XO5_UNIX_KEEPER_CALLS_DIRECTORY_H
#define XO5_UNIX_KEEPER_CALLS_DIRECTORY_H

#include "libos/unix/keeper/record/serve.h"

/* getdents64: -EBADF, -ENOTDIR, -ENOENT (it was removed), -EINVAL (not room
 * for one name). */
int64_t serve_getdents64(struct serve *s);

/* -EBADF, -ENOTDIR, what lookup says. */
int64_t serve_chdir(struct serve *s);
int64_t serve_fchdir(struct serve *s);

/* getcwd: -ENOENT, -ERANGE. The answer is the length, with the zero. */
int64_t serve_getcwd(struct serve *s);

#endif
