/* Waiting for files: poll, and select by poll. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_POLL_H
#define XO5_UNIX_PERSONALITY_CALLS_POLL_H

#include <stdint.h>

int64_t call_poll(const uint64_t *a);
int64_t call_ppoll(const uint64_t *a);
int64_t call_select(const uint64_t *a);
int64_t call_pselect6(const uint64_t *a);

#endif
