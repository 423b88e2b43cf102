/* Waiting for files. */
#ifndef XO5_UNIX_KEEPER_CALLS_POLL_H
#define XO5_UNIX_KEEPER_CALLS_POLL_H

#include "libos/unix/keeper/record/serve.h"

/* poll: -EINVAL (more than DESCRIPTORS), -EFAULT, -EINTR. */
serve_function serve_poll;

#endif
