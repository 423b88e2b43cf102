/* Waiting for files: poll, and select by poll. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_POLL_H
#define XO5_UNIX_PERSONALITY_CALLS_POLL_H

#include <stdint.h>

/* The nanoseconds of the program's struct timespec at `at`; -1 if `at` is 0.
 * *error: 0, -EFAULT, -EINVAL. */
int64_t clock_timeout(uint64_t at, int64_t *error);

int64_t call_poll(const uint64_t *a);
int64_t call_ppoll(const uint64_t *a);
int64_t call_select(const uint64_t *a);
int64_t call_pselect6(const uint64_t *a);

#endif
