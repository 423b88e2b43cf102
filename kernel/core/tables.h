/*
 * Frames and entries by number. Every frame of RAM is tables[frame]; an
 * entry is named by one word, table * 512 + i. Nothing here casts a number
 * to a pointer: the linker places the arrays over the direct map.
 */
#ifndef XO5_CORE_TABLES_H
#define XO5_CORE_TABLES_H

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/types.h"

extern pte tables[][TABLE_ENTRIES];
extern pte entries[]; /* the same memory, by the words that name entries */

/* The word that names entry i of a table. */
static inline uint64_t entry_name(uint64_t table, unsigned i)
{
    return table * TABLE_ENTRIES + i;
}

/* Reads an entry at once: the processor may set A and D meanwhile. */
static inline pte entry_load(uint64_t entry)
{
    const volatile pte *at = &entries[entry];
    return (pte){at->bits};
}

/* Writes an entry by one 64-bit store. Whoever takes rights away flushes. */
static inline void entry_store(uint64_t entry, pte e)
{
    volatile pte *at = &entries[entry];
    ASSERT(entry / TABLE_ENTRIES < FRAMES_MAX, "entry_store: it is in range");
    at->bits = e.bits;
}

/* The bytes at a physical address in RAM. */
static inline uint8_t *phys_bytes(paddr pa)
{
    return (uint8_t *)&tables[pa.v / FRAME_SIZE] + pa.v % FRAME_SIZE;
}

#endif
