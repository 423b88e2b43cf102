/* Fork, exec, exit, waiting for children; groups and sessions. */
#ifndef XO5_UNIX_KEEPER_PROCESS_FORK_H
#define XO5_UNIX_KEEPER_PROCESS_FORK_H

#include "libos/unix/keeper/record/serve.h"

/* KEEPER_FORK: -EAGAIN if there are too many, or what machine_fork says. */
int64_t serve_fork(struct serve *s);

/* KEEPER_EXEC: -ENOMEM. */
int64_t serve_exec(struct serve *s);

/* KEEPER_EXIT: SERVE_ENDED. */
int64_t serve_exit(struct serve *s);

/* wait4 and waitid: -EINVAL, -ECHILD, -EINTR. */
int64_t serve_wait4(struct serve *s);
int64_t serve_waitid(struct serve *s);

/* getrusage: -EINVAL. */
int64_t serve_getrusage(struct serve *s);

/* Groups and sessions: -EINVAL, -ESRCH, -EACCES, -EPERM, as Linux. */
int64_t serve_getppid(struct serve *s);
int64_t serve_getpgid(struct serve *s);
int64_t serve_setpgid(struct serve *s);
int64_t serve_getsid(struct serve *s);
int64_t serve_setsid(struct serve *s);

#endif
