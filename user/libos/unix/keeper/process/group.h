/* Process groups and sessions. */
#ifndef XO5_UNIX_KEEPER_PROCESS_GROUP_H
#define XO5_UNIX_KEEPER_PROCESS_GROUP_H

#include "libos/unix/keeper/record/serve.h"

/* Groups and sessions: -EINVAL, -ESRCH, -EACCES, -EPERM, as Linux. */
serve_function serve_getppid, serve_getpgid, serve_setpgid, serve_getsid,
    serve_setsid;

#endif
