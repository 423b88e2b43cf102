/* Requests that make, remove and move names. */
#ifndef XO5_UNIX_KEEPER_CALLS_LINK_H
#define XO5_UNIX_KEEPER_CALLS_LINK_H

#include "libos/unix/keeper/record/serve.h"

/* As Linux: what lookup says, then -EEXIST, -ENOENT, -EISDIR, -ENOTDIR,
 * -ENOTEMPTY, -EBUSY, -EINVAL, -EPERM, -EXDEV (into or out of /proc), -EACCES
 * (in /proc), -ENOSPC. */
serve_function serve_mkdirat, serve_mknodat, serve_symlinkat, serve_linkat,
    serve_unlinkat, serve_renameat2;

#endif
