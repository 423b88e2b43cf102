/* The part of each process's space that the library OS has: its core and its
 * block (layout.h), which the keeper has too and keeps for the slot. */
#ifndef XO5_UNIX_XO5_KEEPER_BLOCKS_H
#define XO5_UNIX_XO5_KEEPER_BLOCKS_H

#include <stdbool.h>

#include "abi/context.h"
#include "libos/unix/protocol.h"
#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/shadow.h"

/* Makes those of a slot, if it never had any; false: no memory. */
bool blocks_make(unsigned slot, uint64_t core_size);

/* Fills a core with the library OS's variables as they are at the start, or
 * with another process's; false: no memory. */
bool blocks_fill(unsigned slot, const void *data, uint64_t size);
bool blocks_copy(unsigned slot, unsigned from);

/* More pages of the core; 0 or -ENOMEM. */
int64_t blocks_grow(unsigned slot, uint64_t pages);

/* How many shadows of tables its core has pages for, whatever it says. */
uint32_t blocks_tables(unsigned slot);

/* Where the keeper sees what. */
uint8_t *blocks_core(unsigned slot);
struct address_space *blocks_space(unsigned slot);
struct link *blocks_link(unsigned slot);
struct window *blocks_window(unsigned slot);
volatile struct context *blocks_context(unsigned slot);

/* The upper end of the library OS's stack. */
uint8_t *blocks_stack(unsigned slot);

/* Frames: of the context, and of the two tables. */
uint64_t blocks_context_frame(unsigned slot);
uint64_t blocks_core_table(unsigned slot);
uint64_t blocks_block_table(unsigned slot);

#endif
