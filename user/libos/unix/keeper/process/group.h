/* Process groups and sessions. */
#ifndef XO5_UNIX_KEEPER_PROCESS_GROUP_H
#define XO5_UNIX_KEEPER_PROCESS_GROUP_H

#include "libos/unix/keeper/record/serve.h"

/* Groups and sessions: -EINVAL, -ESRCH, -EACCES, -EPERM, as Linux. */
int64_t serve_getppid(struct serve *s);
int64_t serve_getpgid(struct serve *s);
int64_t serve_setpgid(struct serve *s);
int64_t serve_getsid(struct serve *s);
int64_t serve_setsid(struct serve *s);

#endif
