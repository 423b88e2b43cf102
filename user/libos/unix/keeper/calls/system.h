/* Requests about the system as a whole, and small ones of a process. */
#ifndef XO5_UNIX_KEEPER_CALLS_SYSTEM_H
#define XO5_UNIX_KEEPER_CALLS_SYSTEM_H

#include "libos/unix/keeper/record/serve.h"

/* They cannot fail. */
int64_t serve_sysinfo(struct serve *s);
int64_t serve_umask(struct serve *s);
int64_t serve_sched_yield(struct serve *s);
int64_t serve_say(struct serve *s);

#endif
