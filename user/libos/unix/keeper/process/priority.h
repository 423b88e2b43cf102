/* How nice a process is to the others. */
#ifndef XO5_UNIX_KEEPER_PROCESS_PRIORITY_H
#define XO5_UNIX_KEEPER_PROCESS_PRIORITY_H

#include "libos/unix/keeper/record/serve.h"

/* -EINVAL, -ESRCH. All processes are root's, who may do that to each. */
serve_function serve_getpriority, serve_setpriority;

#endif
