/* What a process leaves that could not take itself apart: it crashed inside
 * the library OS. Slow: nobody knows what its tables hold. */
#ifndef XO5_MIN_STRIP_H
#define XO5_MIN_STRIP_H

#include <stdint.h>

/* Takes apart a dead child: its own children, who are ended, and all that it
 * owned. Its slot is free then, unless others still hold something of it. */
void strip_process(uint64_t slot);

#endif
