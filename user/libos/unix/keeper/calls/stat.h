/* Requests that tell or change what is known of files. */
#ifndef XO5_UNIX_KEEPER_CALLS_STAT_H
#define XO5_UNIX_KEEPER_CALLS_STAT_H

#include "libos/unix/keeper/record/serve.h"

/* What lookup says; -EBADF of a descriptor, -EINVAL of flags, -EPERM in
 * /proc. faccessat2: -EACCES. */
int64_t serve_newfstatat(struct serve *s);
int64_t serve_fstat(struct serve *s);
int64_t serve_statx(struct serve *s);
int64_t serve_readlinkat(struct serve *s);
int64_t serve_faccessat2(struct serve *s);
int64_t serve_fchmod(struct serve *s);
int64_t serve_fchmodat(struct serve *s);
int64_t serve_fchown(struct serve *s);
int64_t serve_fchownat(struct serve *s);
int64_t serve_utimensat(struct serve *s);
int64_t serve_statfs(struct serve *s);
int64_t serve_fstatfs(struct serve *s);
int64_t serve_truncate(struct serve *s);

#endif
