/*
 * The keeper's own memory on xo5: its pages, which the core knows by number,
 * and what it sees of the processes' cores and blocks. It lies behind what
 * init has: in the GiB from 64 on with four levels, in a part of its own of
 * 512 GiB with five.
 */
#ifndef XO5_UNIX_XO5_KEEPER_MEMORY_H
#define XO5_UNIX_XO5_KEEPER_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#define MEMORY_DIRECTORIES 32       /* GiB */
#define MEMORY_PAGES 0x0            /* offsets: pages of files, 8 GiB at most */
#define MEMORY_RECORDS 0x200000000  /* a word for each */
#define MEMORY_BLOCKS 0x240000000   /* core and block of each slot */
#define MEMORY_TEXT 0x280000000     /* the library OS's text */
#define MEMORY_BORROWED 0x2c0000000 /* a bit for each frame (borrowed.c) */

/* Where an offset lies in the keeper's space. */
void *memory_at(uint64_t offset);

/* Makes what the others need; false if there is no memory. */
bool memory_begin(void);

/* Attaches a fresh page of zeros at an offset; its frame, or 0. */
uint64_t memory_page(uint64_t offset);

/* Takes it away again: given back, or, while others have it, later. */
void memory_drop(uint64_t offset, uint64_t frame);

/* The table of pages that maps 2 MiB at that offset, made if it is missing;
 * its frame, or 0. */
uint64_t memory_table(uint64_t offset);

/* The frame of a page of the core's, by number. */
uint64_t memory_frame(uint32_t page);

#endif
