/*
 * Exercise 1.2. Page-table entries.
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
    return align_down(frame, level_size(level) >> PAGE_SHIFT);
}

pte entry_with_rights(pte e, unsigned rights)
{
    if (!(rights & RIGHT_R)) {
        return (pte){0};
    }
    return (pte){(e.bits & ~(PTE_P | PTE_W | PTE_NX)) | right_bits(rights)};
}
