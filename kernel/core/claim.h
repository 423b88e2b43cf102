/* The last sharer of a page that its owner gave back may keep it. */
#ifndef XO5_CORE_CLAIM_H
#define XO5_CORE_CLAIM_H

#include "core/books.h"

/*
 * May `me` claim the resource through this entry, which is in range?
 *   E_OWNER   I may not edit the entry's table, or it is none
 *   E_MATCH   the entry does not hold the resource
 *   E_GIVEN   it was not given back
 *   E_SHARED  it has other refs
 */
enum error claim_check(uint64_t me, uint64_t frame, uint64_t entry);

#endif
