/* Requests that make, remove and move names. */
#ifndef XO5_KEEPER_NAMING_H
#define XO5_KEEPER_NAMING_H

#include "libos/unix/keeper/serve.h"

/* As Linux: what path_walk says, then -EEXIST, -ENOENT, -EISDIR, -ENOTDIR,
 * -ENOTEMPTY, -EBUSY, -EINVAL, -EPERM, -EXDEV (into or out of /proc), -EACCES
 * (in /proc), -ENOSPC. */
int64_t serve_mkdirat(struct serve *s);
int64_t serve_mknodat(struct serve *s);
int64_t serve_symlinkat(struct serve *s);
int64_t serve_linkat(struct serve *s);
int64_t serve_unlinkat(struct serve *s);
int64_t serve_renameat2(struct serve *s);

#endif
