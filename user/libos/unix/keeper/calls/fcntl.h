/* Requests about descriptors and file descriptions. */
#ifndef XO5_UNIX_KEEPER_CALLS_FCNTL_H
#define XO5_UNIX_KEEPER_CALLS_FCNTL_H

#include "libos/unix/keeper/record/serve.h"

/* As Linux: -EBADF, -EINVAL, -EMFILE. */
int64_t serve_close(struct serve *s);
int64_t serve_close_range(struct serve *s);
int64_t serve_dup(struct serve *s);
int64_t serve_dup3(struct serve *s);

/* fcntl: those, and what lock.h says; commands that are not there: -EINVAL.
 * ioctl: and -ENOTTY. */
int64_t serve_fcntl(struct serve *s);
int64_t serve_ioctl(struct serve *s);

#endif
