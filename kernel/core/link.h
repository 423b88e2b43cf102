/*
 * What an entry of a process's table is beside the processor's part of it:
 * its ceiling, in bits that the processor ignores (SDM 3A, 5.5, tables 5-14
 * to 5-20: 58 to 52), or an acceptance, where P is 0. All pure.
 */
#ifndef XO5_CORE_LINK_H
#define XO5_CORE_LINK_H

#include "core/books.h"
#include "core/entry.h"
#include "core/tables.h"
#include "lib/assert.h"

#define ENTRIES_MAX (FRAMES_MAX * TABLE_ENTRIES)
#define CEILING_SHIFT 52
#define CEILING_BITS (UINT64_C(7) << CEILING_SHIFT) /* W, X, SHARE */

/* The two halves of an operation's rights word. */
static inline unsigned rights_now(uint64_t rights)
{
    return rights & 15;
}

static inline unsigned rights_ceiling(uint64_t rights)
{
    return rights >> 4 & 15;
}

/* True if `part` asks for nothing that `all` has not. */
static inline bool rights_within(unsigned part, unsigned all)
{
    return (part & ~all) == 0;
}

/* True for a rights word that an entry can have: R, and no SHARE, in the
 * rights; the rights within the ceiling; no other bits. */
static inline bool rights_valid(uint64_t rights)
{
    return rights < 256 && (rights & (RIGHT_R | RIGHT_SHARE)) == RIGHT_R &&
           rights_within(rights_now(rights), rights_ceiling(rights));
}

/* True if a resource of that kind can have these rights and this ceiling:
 * registers of a device are never run. */
static inline bool link_kind_allows(unsigned kind, uint64_t rights)
{
    return kind != KIND_DEVICE ||
           !((rights_now(rights) | rights_ceiling(rights)) & RIGHT_X);
}

/* The ceiling of a live entry: RIGHT_ bits, R always among them. */
static inline unsigned link_ceiling(pte e)
{
    return RIGHT_R | (unsigned)(e.bits >> CEILING_SHIFT & 7) << 1;
}

/* The entry of that level for a resource of that kind, ring 3's. */
static inline pte link_make(uint64_t resource, unsigned kind, unsigned level,
                            uint64_t rights)
{
    ASSERT(rights_valid(rights) && link_kind_allows(kind, rights),
           "invariant 5: link_make: rights that an entry can have");
    unsigned how = ENTRY_USER | (kind == KIND_TABLE ? ENTRY_TABLE : 0) |
                   (kind == KIND_DEVICE ? ENTRY_UNCACHED : 0);
    pte e = entry_make(resource, level, rights_now(rights), how);
    e.bits |= (uint64_t)(rights_ceiling(rights) >> 1) << CEILING_SHIFT;
    return e;
}

/* The same entry with another rights word. */
static inline pte link_with(pte e, uint64_t rights)
{
    e = entry_with_rights(e, rights_now(rights));
    e.bits &= ~CEILING_BITS;
    e.bits |= (uint64_t)(rights_ceiling(rights) >> 1) << CEILING_SHIFT;
    return e;
}

/* True if the entry is live and holds the resource that begins at that
 * frame. The address is compared, never taken apart. */
static inline bool link_holds(pte e, uint64_t resource)
{
    return resource < FRAMES_MAX && (e.bits & PTE_P) &&
           (e.bits & PTE_ADDRESS) == resource << PAGE_SHIFT;
}

/* True if the (empty) entry holds the acceptance that `word` and a ceiling
 * make: word is an ACCEPT() word, whose ceiling is not looked at. */
static inline bool accept_is(pte e, uint64_t word)
{
    return (e.bits & ~(UINT64_C(15) << ACCEPT_CEILING_SHIFT)) == word;
}

/* The acceptance that an entry holds for `giver` and a resource like this
 * one; what accept_is wants. */
static inline uint64_t accept_for(uint64_t giver, unsigned kind, unsigned level)
{
    return ACCEPT(giver, processes[giver].generation, kind, level);
}

/* The ceiling of an acceptance. */
static inline unsigned accept_ceiling(pte e)
{
    return e.bits >> ACCEPT_CEILING_SHIFT & 15;
}

/* True for a word that can be posted: ACCEPT() of a process in range and a
 * kind that can be given, nothing else in it. */
static inline bool accept_valid(uint64_t word)
{
    unsigned kind = word >> 1 & 7, level = word >> 4 & 7;
    return (word >> 48) == ACCEPT_MARK >> 48 && !(word & 0x81) &&
           kind >= KIND_MEMORY && level >= 1 && (word >> 8 & 255) != 0;
}

/* The entry that keeps this acceptance. */
static inline pte accept_make(uint64_t word, unsigned ceiling)
{
    ASSERT(accept_valid(word) && ceiling < 16,
           "accept_make: a word that can be posted, and a ceiling");
    return (pte){word | (uint64_t)ceiling << ACCEPT_CEILING_SHIFT};
}

#endif
