/* Waiting for children. */
#ifndef XO5_UNIX_KEEPER_PROCESS_WAIT_H
#define XO5_UNIX_KEEPER_PROCESS_WAIT_H

#include "libos/unix/keeper/record/serve.h"

/* wait4 and waitid: -EINVAL, -ECHILD, -EINTR. */
int64_t serve_wait4(struct serve *s);
int64_t serve_waitid(struct serve *s);

/* getrusage: -EINVAL. */
int64_t serve_getrusage(struct serve *s);

#endif
