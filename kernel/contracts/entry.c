/*
 * core/entry.h's contract: pure functions, each checked against the others.
 */
#include "contracts/contract.h"
#include "core/entry.h"

#define EVERY_RIGHT (RIGHT_R | RIGHT_W | RIGHT_X)

/* The rights of an entry, from its bits alone. */
static unsigned rights_of(pte e)
{
    return !(e.bits & PTE_P) ? 0
                             : RIGHT_R | (e.bits & PTE_W ? RIGHT_W : 0) |
                                   (e.bits & PTE_NX ? 0 : RIGHT_X);
}

CONTRACT(pte, entry_make, uint64_t frame, unsigned level, unsigned rights,
         unsigned how)
{
    bool page = !(how & ENTRY_TABLE);
    ASSERT(level >= 1 && level <= LEVEL_MAX, "entry_make: the level is 1 to 5");
    ASSERT(!page || level <= 3, "entry_make: a page is of level 1, 2 or 3");
    ASSERT(frame < UINT64_C(1) << 40, "entry_make: the frame is below 2^40");
    ASSERT(!page || frame % level_frames(level) == 0,
           "entry_make: a page's frame is aligned to it");
    pte e = __real_entry_make(frame, level, rights, how);
    ASSERT((rights & RIGHT_R) || e.bits == 0,
           "entry_make: without RIGHT_R it is the empty entry");
    ASSERT(!(rights & RIGHT_R) || rights_of(e) == (rights & EVERY_RIGHT),
           "entry_make: it has these rights");
    ASSERT(!(e.bits & (PTE_A | PTE_D)), "entry_make: A and D are 0");
    ASSERT(e.bits == 0 || (e.bits & PTE_ADDRESS) >> PAGE_SHIFT == frame,
           "entry_make: it holds that frame");
    ASSERT(e.bits == 0 || !(how & ENTRY_USER) == !(e.bits & PTE_U),
           "entry_make: ring 3 may use it if how says so");
    return e;
}

CONTRACT(unsigned, entry_rights, pte e)
{
    unsigned rights = __real_entry_rights(e);
    ASSERT(rights == rights_of(e),
           "entry_rights: what the entry allows; 0 if it is not present");
    return rights;
}

CONTRACT(bool, entry_is_page, pte e, unsigned level)
{
    bool page = __real_entry_is_page(e, level);
    ASSERT(!page || ((e.bits & PTE_P) && level <= 3),
           "entry_is_page: present, and of a level that pages have");
    return page;
}

CONTRACT(uint64_t, entry_frame, pte e, unsigned level)
{
    ASSERT(e.bits & PTE_P, "entry_frame: of a present entry");
    uint64_t frame = __real_entry_frame(e, level);
    ASSERT(!__real_entry_is_page(e, level) || frame % level_frames(level) == 0,
           "entry_frame: a multiple of the page's size, whatever PAT says");
    return frame;
}

CONTRACT(pte, entry_with_rights, pte e, unsigned rights)
{
    ASSERT(e.bits & PTE_P, "entry_with_rights: the entry is present");
    pte after = __real_entry_with_rights(e, rights);
    ASSERT((rights & RIGHT_R) || after.bits == 0,
           "entry_with_rights: without RIGHT_R it is the empty entry");
    ASSERT(after.bits == 0 ||
               !((e.bits ^ after.bits) & ~(PTE_P | PTE_W | PTE_NX)),
           "entry_with_rights: nothing but P, W and NX differs");
    ASSERT(after.bits == 0 || rights_of(after) == (rights & EVERY_RIGHT),
           "entry_with_rights: it has these rights");
    return after;
}
