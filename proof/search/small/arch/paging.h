/* The format of entries is the processor's; only a level's size is small. */
#ifndef XO5_SMALL_PAGING_H
#define XO5_SMALL_PAGING_H

#define level_shift whole_level_shift
#define level_size whole_level_size
#include_next "arch/paging.h"
#undef level_shift
#undef level_size
#include "proof/search/machine.h"

#undef INDEX_BITS
#define INDEX_BITS SMALL_INDEX_BITS

static inline unsigned level_shift(unsigned level)
{
    return PAGE_SHIFT + INDEX_BITS * (level - 1);
}

static inline uint64_t level_size(unsigned level)
{
    return 1ull << level_shift(level);
}

#endif
