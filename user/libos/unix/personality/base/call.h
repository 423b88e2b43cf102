/* What a system call is that the personality answers itself. */
#ifndef XO5_UNIX_PERSONALITY_BASE_CALL_H
#define XO5_UNIX_PERSONALITY_BASE_CALL_H

#include <stdint.h>

/* Gets the call's six arguments; returns its answer, or Linux's negative
 * error. Who has which: calls/call_table.c. */
typedef int64_t call_function(const uint64_t *a);

#endif
