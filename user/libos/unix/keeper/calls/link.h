/* Requests that make, remove and move names. */
#ifndef XO5_UNIX_KEEPER_CALLS_LINK_H
#define XO5_UNIX_KEEPER_CALLS_LINK_H

#include "libos/unix/keeper/record/serve.h"

/* As Linux: what lookup says, then -EEXIST, -ENOENT, -EISDIR, -ENOTDIR,
 * -ENOTEMPTY, -EBUSY, -EINVAL, -EPERM, -EXDEV (into or out of /proc), -EACCES
 * (in /proc), -ENOSPC. */
int64_t serve_mkdirat(struct serve *s);
int64_t serve_mknodat(struct serve *s);
int64_t serve_symlinkat(struct serve *s);
int64_t serve_linkat(struct serve *s);
int64_t serve_unlinkat(struct serve *s);
int64_t serve_renameat2(struct serve *s);

#endif
