/* Waiting for files. */
#ifndef XO5_UNIX_KEEPER_CALLS_POLL_H
#define XO5_UNIX_KEEPER_CALLS_POLL_H

#include "libos/unix/keeper/record/serve.h"

/* poll: -EINVAL (more than DESCRIPTORS), -EFAULT, -EINTR. */
int64_t serve_poll(struct serve *s);

#endif
