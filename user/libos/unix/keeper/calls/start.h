/* How the keeper and its first process begin. */
#ifndef XO5_UNIX_KEEPER_CALLS_START_H
#define XO5_UNIX_KEEPER_CALLS_START_H

#include <stdint.h>

/* Serving starts, with no process. */
void serve_begin(void);

/* Called before keeper_first, if at all: the first process has no terminal.
 * Its file 0 is empty, and what it writes to 1 and 2 goes to `put`, byte for
 * byte. */
void start_raw(void (*put)(unsigned fd, const void *bytes, uint64_t count));

/* Called before keeper_first, if at all: how large the terminal is. */
void start_size(uint16_t rows, uint16_t columns);

#endif
