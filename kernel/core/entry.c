/*
 * Exercise 1.2. Page-table entries.
 *
 * Rights are positive here, R, W and X, and the processor's bits are not: it
 * is told what must not be run. All that turns the one into the other is in
 * this file.
 *
 *   rights   P W NX
 *   none     0 0 0      the empty entry: all 64 bits are 0
 *   R        1 0 1
 *   R W      1 1 1
 *   R   X    1 0 0
 *   R W X    1 1 0
 *
 * There is no W or X without R: a present entry can always be read.
 */
#include "core/entry.h"

/* W and NX for these rights: the one place where "may execute" becomes the
 * processor's "no execute". */
static uint64_t right_bits(unsigned rights)
{
    uint64_t bits = PTE_P;
    bits |= rights & RIGHT_W ? PTE_W : 0;
    bits |= rights & RIGHT_X ? 0 : PTE_NX;
    return bits;
}

pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    if (!(rights & RIGHT_R)) {
        return (pte){0};
    }
    uint64_t bits = frame << PAGE_SHIFT | right_bits(rights);
    bits |= how & ENTRY_USER ? PTE_U : 0;
    bits |= how & ENTRY_UNCACHED ? PTE_PCD | PTE_PWT : 0;
    /* In an entry of level 1 the same bit is PAT. */
    bits |= level > 1 && !(how & ENTRY_TABLE) ? PTE_PS : 0;
    return (pte){bits};
}

unsigned entry_rights(pte e)
{
    if (!(e.bits & PTE_P)) {
        return 0;
    }
    return RIGHT_R | (e.bits & PTE_W ? RIGHT_W : 0) |
           (e.bits & PTE_NX ? 0 : RIGHT_X);
}

bool entry_is_page(pte e, unsigned level)
{
    return (e.bits & PTE_P) && (level == 1 || (e.bits & PTE_PS));
}

uint64_t entry_frame(pte e, unsigned level)
{
    uint64_t frame = (e.bits & PTE_ADDRESS) >> PAGE_SHIFT;
    if (!entry_is_page(e, level)) {
        return frame;
    }
    /* Bit 12 of a large page is PAT, and no part of the address. */
    return align_down(frame, level_size(level) >> PAGE_SHIFT);
}

pte entry_with_rights(pte e, unsigned rights)
{
    if (!(rights & RIGHT_R)) {
        return (pte){0};
    }
    /* The rest stays: the frame, U, the ceiling, and A and D, which the
     * processor may have set since. */
    return (pte){(e.bits & ~(PTE_P | PTE_W | PTE_NX)) | right_bits(rights)};
}
