/*
 * Ranges of addresses, mapped with the largest pages that fit.
 */
#ifndef XO5_BOOT_MAP_H
#define XO5_BOOT_MAP_H

#include "boot/walk.h"

struct range {
    vaddr va;
    paddr pa;
    uint64_t size; /* bytes */
};

enum map_error {
    MAP_OK = 0,
    MAP_ALIGN = 1, /* va, pa or size is no multiple of 4 KiB, or size is 0 */
    MAP_SPAN = 2,  /* not canonical, it wraps, or leaves its half of the
                      address space */
    MAP_BUSY = 3,  /* an entry that the range needs is not empty: a page is
                      there already, or a table where a large page belongs */
    MAP_FULL = 4,  /* no frame left for a table */
};

/*
 * The level of the largest page that may start at va and pa and is no longer
 * than `size` bytes: both addresses are multiples of its size, and the
 * processor has it (arch_page_levels). At least 1. va, pa and size are
 * multiples of 4 KiB.
 */
unsigned map_level(vaddr va, paddr pa, uint64_t size);

/*
 * Maps range.va to range.pa for range.size bytes below that root, with
 * `rights` and `how` (as entry_make's; no ENTRY_TABLE), each piece by the
 * largest page that map_level allows. Tables that are missing are made with
 * ENTRY_USER if `how` has it. Returns the first error that applies in the
 * order of the enum; after MAP_ALIGN, MAP_SPAN and MAP_BUSY nothing has
 * changed, after MAP_FULL the part in front of the missing table is mapped.
 */
enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how);

#endif
