/* Requests about the system as a whole, and small ones of a process. */
#ifndef XO5_UNIX_KEEPER_CALLS_SYSTEM_H
#define XO5_UNIX_KEEPER_CALLS_SYSTEM_H

#include "libos/unix/keeper/record/serve.h"

/* They cannot fail. */
serve_function serve_sysinfo, serve_umask, serve_sched_yield, serve_say;

#endif
