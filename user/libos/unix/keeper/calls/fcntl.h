/* Requests about descriptors and file descriptions. */
#ifndef XO5_UNIX_KEEPER_CALLS_FCNTL_H
#define XO5_UNIX_KEEPER_CALLS_FCNTL_H

#include "libos/unix/keeper/record/serve.h"

/* As Linux: -EBADF, -EINVAL, -EMFILE. */
serve_function serve_close, serve_close_range, serve_dup, serve_dup3;

/* fcntl: those, and what lock.h says; commands that are not there: -EINVAL.
 * ioctl: and -ENOTTY. */
serve_function serve_fcntl, serve_ioctl;

#endif
