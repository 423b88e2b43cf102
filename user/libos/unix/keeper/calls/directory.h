/* Requests about directories: reading one, and where a process is. */
#ifndef XO5_UNIX_KEEPER_CALLS_DIRECTORY_H
#define XO5_UNIX_KEEPER_CALLS_DIRECTORY_H

#include "libos/unix/keeper/record/serve.h"

/* getdents64: -EBADF, -ENOTDIR, -ENOENT (it was removed), -EINVAL (not room
 * for one name). */
serve_function serve_getdents64;

/* -EBADF, -ENOTDIR, what lookup says. */
serve_function serve_chdir, serve_fchdir;

/* getcwd: -ENOENT, -ERANGE. The answer is the length, with the zero. */
serve_function serve_getcwd;

#endif
