/*
 * The format of page-table entries. Intel SDM volume 3A, 5.5, "4-Level
 * Paging and 5-Level Paging", tables 5-14 to 5-20.
 *
 *   63 62......52 51.................12 11...9 8  7  6 5  4   3  2 1 0
 *   NX  ignored    address of the frame  ign.  G PS  D A PCD PWT U W P
 *
 * Levels are counted from the bottom: 1 is a PTE, 2 a PDE, 3 a PDPTE, 4 a
 * PML4E, 5 a PML5E. An entry of level 1 holds a page; one of level 2 or 3
 * holds a page if PS is set and a table if it is not; above that, a table.
 */
#ifndef XO5_ARCH_PAGING_H
#define XO5_ARCH_PAGING_H

#include <stdint.h>

#include "abi/layout.h"

#define PTE_P (1ull << 0)   /* present */
#define PTE_W (1ull << 1)   /* stores allowed */
#define PTE_U (1ull << 2)   /* ring 3 allowed */
#define PTE_PWT (1ull << 3) /* write-through */
#define PTE_PCD (1ull << 4) /* not cached */
#define PTE_A (1ull << 5)   /* accessed: the processor sets it */
#define PTE_D (1ull << 6)   /* dirty: the processor sets it, pages only */
#define PTE_PS (1ull << 7)  /* a page and not a table, levels 2 and 3 */
#define PTE_NX (1ull << 63) /* no execute */

/* Bits 51..12 name the frame. In a large page the low ones of them are not
 * part of the address: bit 12 is PAT there, the others are reserved. */
#define PTE_ADDRESS 0x000ffffffffff000ull

#define PAGE_SHIFT 12
#define INDEX_BITS 9
#define LEVEL_MAX 5
#define PAGE_MASK (FRAME_SIZE - 1)

/* Bytes that one entry of this level maps, as a power of two. */
static inline unsigned level_shift(unsigned level)
{
    return PAGE_SHIFT + INDEX_BITS * (level - 1);
}

static inline uint64_t level_size(unsigned level)
{
    return 1ull << level_shift(level);
}

#endif
