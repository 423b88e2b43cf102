/*
 * Page-table entries, taken apart and put together. The format is in
 * arch/paging.h; the rights are abi/rights.h's, without RIGHT_SHARE. These
 * functions are pure: they read and write no memory, so that they can be
 * proved, and everything that builds an entry goes through them.
 */
#ifndef XO5_CORE_ENTRY_H
#define XO5_CORE_ENTRY_H

#include "abi/rights.h"
#include "arch/arch.h"
#include "lib/types.h"

/* How an entry is to be, beside its rights. */
#define ENTRY_TABLE 1u    /* it holds a table, and no page */
#define ENTRY_USER 2u     /* ring 3 may use it */
#define ENTRY_UNCACHED 4u /* for registers: PCD and PWT */

/*
 * The entry of that level which holds frame number `frame` with `rights`
 * (RIGHT_R, W, X) and `how` (ENTRY_ bits). Without RIGHT_R it is the empty
 * entry, 0, whatever else is asked. A and D are 0.
 * The caller sees to it that the level is 1 to 5, that a page is of level 1,
 * 2 or 3 and its frame aligned to it, and that the frame is below 2^40.
 */
pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how);

/* RIGHT_R, W and X that the entry allows; 0 if it is not present. */
unsigned entry_rights(pte e);

/* True if the entry is present and holds a page and not a table. */
bool entry_is_page(pte e, unsigned level);

/* The frame number that a present entry of that level holds. For a page it
 * is a multiple of the page's size in frames, whatever PAT says. */
uint64_t entry_frame(pte e, unsigned level);

/* The same entry with other rights: nothing but P, W and NX differs, and
 * without RIGHT_R it is the empty entry, 0. `e` is present. */
pte entry_with_rights(pte e, unsigned rights);

#endif
