/* Waiting for files. */
#ifndef XO5_KEEPER_POLL_H
#define XO5_KEEPER_POLL_H

#include "libos/unix/keeper/serve.h"

/* poll: -EINVAL (more than DESCRIPTORS), -EFAULT, -EINTR. */
int64_t serve_poll(struct serve *s);

#endif
