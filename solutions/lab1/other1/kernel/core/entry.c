/*
 * Exercise 1.2. Page-table entries, by tables: rights are three bits, so all
 * of what they mean can be written down.
 */
#include "core/entry.h"

#define RIGHTS (RIGHT_R | RIGHT_W | RIGHT_X)
#define RIGHTS_BITS (PTE_P | PTE_W | PTE_NX)

/* P, W and NX for each set of rights; without RIGHT_R there is none. */
static const uint64_t bits_of[RIGHTS + 1] = {
    [RIGHT_R] = PTE_P | PTE_NX,
    [RIGHT_R | RIGHT_W] = PTE_P | PTE_W | PTE_NX,
    [RIGHT_R | RIGHT_X] = PTE_P,
    [RIGHT_R | RIGHT_W | RIGHT_X] = PTE_P | PTE_W,
};

/* What `how` adds, by its three bits without ENTRY_TABLE. */
static const uint64_t bits_of_how[] = {
    [0] = 0,
    [ENTRY_USER] = PTE_U,
    [ENTRY_UNCACHED] = PTE_PCD | PTE_PWT,
    [ENTRY_USER | ENTRY_UNCACHED] = PTE_U | PTE_PCD | PTE_PWT,
};

/* The bits of an entry that can name the frame of a page, by its level. */
static const uint64_t address_of_page[LEVEL_MAX + 1] = {
    [1] = PTE_ADDRESS,
    [2] = PTE_ADDRESS & ~(uint64_t)0x1fffff,
    [3] = PTE_ADDRESS & ~(uint64_t)0x3fffffff,
};

pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    pte e = {bits_of[rights & RIGHTS]};
    if (e.bits == 0) {
        return e;
    }
    e.bits |= frame << PAGE_SHIFT;
    e.bits |= bits_of_how[how & (ENTRY_USER | ENTRY_UNCACHED)];
    if (!(how & ENTRY_TABLE) && level != 1) {
        e.bits |= PTE_PS;
    }
    return e;
}

unsigned entry_rights(pte e)
{
    unsigned rights = RIGHTS;
    while (rights > 0 && bits_of[rights] != (e.bits & RIGHTS_BITS)) {
        rights--;
    }
    return e.bits & PTE_P ? rights : 0;
}

bool entry_is_page(pte e, unsigned level)
{
    uint64_t page = level == 1 ? PTE_P : PTE_P | PTE_PS;
    return (e.bits & page) == page;
}

uint64_t entry_frame(pte e, unsigned level)
{
    uint64_t address =
        entry_is_page(e, level) ? address_of_page[level] : PTE_ADDRESS;
    return (e.bits & address) >> PAGE_SHIFT;
}

pte entry_with_rights(pte e, unsigned rights)
{
    uint64_t bits = bits_of[rights & RIGHTS];
    return (pte){bits ? (e.bits & ~RIGHTS_BITS) | bits : 0};
}
