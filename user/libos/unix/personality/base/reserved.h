/*
 * Memory of the personality itself that grows with what the program does. It
 * lies between the program's mappings and its stack, in parts of fixed places
 * and generous sizes: the machine gives pages of zeros only when they are
 * touched, so what is not used costs nothing. Where all of them start is
 * within 2 MiB, and in the stack's GiB, so a small process has one table and no
 * directory for them. It stays over exec,
 * and a forked child has a copy, as of all else.
 */
#ifndef XO5_UNIX_PERSONALITY_BASE_RESERVED_H
#define XO5_UNIX_PERSONALITY_BASE_RESERVED_H

#include <stdint.h>

#include "libos/unix/address_map.h"

#define RESERVED_REGIONS RESERVED_START          /* regions, if they are many */
#define RESERVED_REGIONS_SIZE 0xa0000            /* 640 KiB */
#define RESERVED_ARGV (RESERVED_START + 0xa0000) /* exec's arguments, if many */
#define RESERVED_ARGV_SIZE 0x120000              /* 1.1 MiB */
#define RESERVED_THREADS (RESERVED_START + 0x1c0000) /* threads but the first */
#define RESERVED_THREADS_SIZE 0x1000000              /* 16 MiB */

/* Asks the machine for all parts. Once, before anything else. 0, -ENOMEM. */
int64_t reserved_begin(void);

/* Is that address in one of the parts: a page of zeros, or what was stored
 * there? The machine's fault handler asks. */
_Bool reserved_has(uint64_t va);

#endif
