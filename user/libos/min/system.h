/* System calls: who answers them. */
#ifndef XO5_MIN_SYSTEM_H
#define XO5_MIN_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since the machine started. */
uint64_t system_now(void);

/* Does the program ignore that signal? */
bool system_ignores(unsigned signal);

/* A new program has no handlers of signals. */
void system_exec(void);

#endif
