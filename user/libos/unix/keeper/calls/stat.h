/* Requests that tell or change what is known of files. */
#ifndef XO5_UNIX_KEEPER_CALLS_STAT_H
#define XO5_UNIX_KEEPER_CALLS_STAT_H

#include "libos/unix/keeper/record/serve.h"

/* What lookup says; -EBADF of a descriptor, -EINVAL of flags, -EPERM in
 * /proc. faccessat2: -EACCES. */
serve_function serve_newfstatat, serve_fstat, serve_statx, serve_readlinkat,
    serve_faccessat2, serve_fchmod, serve_fchmodat, serve_fchown,
    serve_fchownat, serve_utimensat, serve_statfs, serve_fstatfs,
    serve_truncate;

#endif
