/*
 * Locks on files: fcntl's, of byte ranges, that belong to a process or
 * (F_OFD_...) to a description; and flock's, of whole files, that belong to a
 * description. fcntl's and flock's do not see each other.
 */
#ifndef XO5_UNIX_KEEPER_FILES_LOCK_H
#define XO5_UNIX_KEEPER_FILES_LOCK_H

#include "libos/unix/keeper/record/serve.h"

#define LOCKS_MAX 4096

/* No locks. */
void lock_begin(void);

/* A process has closed a descriptor of that inode: its locks there go. */
void lock_release(uint32_t inode, uint32_t pid);

/* A description of that inode has gone, and its locks with it. */
void lock_close(uint32_t inode, uint32_t open);

/* How many locks there are. */
uint32_t lock_count(void);

/* fcntl's F_GETLK, F_SETLK, F_SETLKW and the same for descriptions: -EBADF,
 * -EFAULT, -EINVAL, -EOVERFLOW, -EAGAIN, -ENOLCK. */
int64_t lock_fcntl(struct serve *s);

/* flock: -EBADF, -EINVAL, -EAGAIN, -ENOLCK. */
serve_function serve_flock;

#endif
