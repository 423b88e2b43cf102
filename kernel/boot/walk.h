/*
 * From an address to its entry: down the tree of tables, as the processor
 * goes. Intel SDM volume 3A, 5.5, figures 5-8 to 5-11, which show four
 * levels; a fifth is one step more in front.
 *
 *   63...57 56....48 47....39 38....30 29....21 20....12 11.......0
 *    copies  level 5  level 4  level 3  level 2  level 1   offset
 *   of bit
 *   56 (47)
 *
 * With four levels, bits 63 to 48 are copies of bit 47. An address that does
 * not have these copies is not canonical, and nothing is ever mapped there.
 */
#ifndef XO5_BOOT_WALK_H
#define XO5_BOOT_WALK_H

#include "core/entry.h"
#include "core/tables.h"

#define WALK_NONE UINT64_MAX

struct walk {
    uint64_t entry; /* the entry's name, table * 512 + i, or WALK_NONE */
    unsigned level; /* the entry's level */
};

struct mapping {
    paddr pa;        /* where the address leads to */
    unsigned level;  /* of the page: 1, 2 or 3 */
    unsigned rights; /* RIGHT_R, W, X: what every entry on the way allows */
    bool user;       /* every entry on the way lets ring 3 pass */
};

/*
 * Goes from the root (a frame number) down to the entry of level `to` for
 * that address, and stops earlier at an entry that is empty or holds a page.
 * Returns the entry it stopped at; WALK_NONE if the address is not canonical.
 */
struct walk walk_find(uint64_t root, vaddr va, unsigned to);

/*
 * The same, but puts a cleared table, with all rights and with `how`
 * (ENTRY_USER or 0), where one is missing above level `to`. Returns
 * WALK_NONE if the address is not canonical, if a page stands in the way
 * above level `to`, or if bootmem_take has no frame left; the tables made
 * until then stay.
 */
struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how);

/*
 * Where the address leads to. Returns false, and leaves *out alone, if
 * nothing is mapped there or the address is not canonical.
 */
bool walk_translate(uint64_t root, vaddr va, struct mapping *out);

#endif
