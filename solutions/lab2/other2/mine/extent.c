#include "extent.h"

#include "core/books.h"

void extent_in(uint64_t frame)
{
    if (++extents2[frame / level_frames(2)] == TABLE_ENTRIES) {
        extents3[frame / level_frames(3)]++;
    }
}

void extent_out(uint64_t frame)
{
    if (extents2[frame / level_frames(2)]-- == TABLE_ENTRIES) {
        extents3[frame / level_frames(3)]--;
    }
}

bool extent_is_full(uint64_t frame, unsigned level)
{
    const uint16_t *counts = level == 2 ? extents2 : extents3;
    return counts[frame / level_frames(level)] == TABLE_ENTRIES;
}
