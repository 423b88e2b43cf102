/*
 * Where the library OS lies in each process that it runs: one GiB, behind all
 * that programs may use (HOST_END). Its directory is the keeper's, one for each
 * slot: a process can change no entry of it.
 *
 *   text     the library OS's instructions and constants: tables and frames
 *            of the keeper, the same in all processes
 *   core     its variables, and what it knows of the process's
 *            tables: one table of the keeper's for each process
 *   block    the context, the link, the window, two stacks and the scratch:
 *            another
 *
 * The keeper sees the core and the block of every process at addresses of its
 * own (keeper/blocks.h) and keeps them for the next process of that slot.
 */
#ifndef XO5_UNIX_XO5_LAYOUT_H
#define XO5_UNIX_XO5_LAYOUT_H

#include "libos/unix/address_map.h"

#define LIBOS_TABLE 0x200000 /* what one table of pages maps */

#define LIBOS_TEXT LIBOS_BASE
#define LIBOS_TEXT_TABLES 4
#define LIBOS_CORE_INDEX 4 /* in that GiB's table */
#define LIBOS_CORE (LIBOS_BASE + LIBOS_CORE_INDEX * LIBOS_TABLE)
#define LIBOS_BLOCK_INDEX 5
#define LIBOS_BLOCK (LIBOS_BASE + LIBOS_BLOCK_INDEX * LIBOS_TABLE)

/* In the core: variables first, tables from here to its end. */
#define CORE_TABLES 0x80000

/* In the block, in bytes. */
#define BLOCK_CONTEXT 0
#define BLOCK_LINK 0x1000
#define BLOCK_WINDOW 0x2000
#define BLOCK_WINDOW_SIZE 0x11000
#define BLOCK_UPCALL_LOW 0x18000
#define BLOCK_UPCALL_HIGH 0x20000
#define BLOCK_STACK_LOW BLOCK_UPCALL_HIGH
#define BLOCK_STACK_HIGH 0x28000
#define BLOCK_SCRATCH BLOCK_STACK_HIGH /* scratch.h; unix.ld */
#define BLOCK_SCRATCH_SIZE 0x18000

#define LIBOS_CONTEXT (LIBOS_BLOCK + BLOCK_CONTEXT)

#endif
