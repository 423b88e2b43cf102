/* Calls on files whose arguments need a look before the keeper is asked. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_FILES_H
#define XO5_UNIX_PERSONALITY_CALLS_FILES_H

#include <stdint.h>

int64_t call_getdents64(const uint64_t *a);
int64_t call_open(const uint64_t *a);
int64_t call_openat(const uint64_t *a);
int64_t call_dup2(const uint64_t *a);
int64_t call_fcntl(const uint64_t *a);
int64_t call_ioctl(const uint64_t *a);
int64_t call_utime(const uint64_t *a);
int64_t call_utimes(const uint64_t *a);

#endif
