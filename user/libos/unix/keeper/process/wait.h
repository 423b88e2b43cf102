/* Waiting for children. */
#ifndef XO5_UNIX_KEEPER_PROCESS_WAIT_H
#define XO5_UNIX_KEEPER_PROCESS_WAIT_H

#include "libos/unix/keeper/record/serve.h"

/* wait4 and waitid: -EINVAL, -ECHILD, -EINTR. */
serve_function serve_wait4, serve_waitid;

/* getrusage: -EINVAL. */
serve_function serve_getrusage;

#endif
