/* What a process asks of the system and of itself: names, limits, random
 * bytes, what it is called. All processes are root's. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_SYSTEM_H
#define XO5_UNIX_PERSONALITY_CALLS_SYSTEM_H

#include <stdint.h>

/* The calls of those names, with their arguments and Linux's answers. */
int64_t call_getpid(const uint64_t *a);
int64_t call_uname(const uint64_t *a);
int64_t call_getrandom(const uint64_t *a);
int64_t call_setuid(const uint64_t *a);
int64_t call_setreuid(const uint64_t *a);
int64_t call_setresuid(const uint64_t *a);
int64_t call_getresuid(const uint64_t *a);
int64_t call_arch_prctl(const uint64_t *a);
int64_t call_prctl(const uint64_t *a);
int64_t call_getcpu(const uint64_t *a);
int64_t call_getrlimit(const uint64_t *a);
int64_t call_setrlimit(const uint64_t *a);
int64_t call_prlimit64(const uint64_t *a);
int64_t call_getgroups(const uint64_t *a);
int64_t call_getpriority(const uint64_t *a);
int64_t call_setpriority(const uint64_t *a);
int64_t call_personality(const uint64_t *a);
int64_t call_chroot(const uint64_t *a);

#endif
