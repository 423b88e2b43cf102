/*
 * Frame records and extents: what every frame is, and whether a unit is free,
 * each answered in constant time.
 *
 * A resource of level 2 or 3 (512 or 512 * 512 frames of MEMORY or DIRTY) is
 * kept in the record of its first frame; the other records in it stay FREE,
 * and are covered. A TABLE is one frame, whatever its level.
 *
 *   extents2[f / 512]        how many records of that 2 MiB say FREE
 *   extents3[f / 512 / 512]  how many extents2 of that 1 GiB say 512
 */
#ifndef XO5_CORE_FRAME_H
#define XO5_CORE_FRAME_H

#include "core/books.h"
#include "core/machine.h"

#define CLEAN_STEP 16 /* frames that one step clears: 64 KiB */

/* Physical addresses [start, end). */
struct span {
    uint64_t start, end;
};

/* True if this machine has resources of that kind and level: MEMORY up to the
 * processor's largest page, TABLE from 2 to D. */
static inline bool frame_has_level(uint64_t kind, uint64_t level)
{
    return kind == KIND_TABLE ? level >= 2 && level <= arch_depth
                              : level >= 1 && level <= arch_page_levels;
}

/*
 * Makes the records from the memory map. The records are zero (KIND_NONE).
 * Every frame of a RAM region becomes KIND_DIRTY of level 1; but a frame any
 * part of which lies in a region of another kind stays KIND_NONE, and of the
 * rest a frame any part of which lies in one of the `count` spans of `kept`
 * becomes KIND_KERNEL, level 1. (What is empty has no part of a frame in it,
 * wherever it begins; and an end may be as large as 64 bits can be.) Only
 * records of frames in RAM regions are written: there is no memory behind
 * others. Nothing is free, so the extents stay 0. Called once at boot.
 */
void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count);

/*
 * True if all of the unit of that level at `frame` is free and clean: its
 * record says FREE, its extent is all free (levels 2 and 3), and no larger
 * resource or dirty unit covers it. `frame` is in range and aligned to the
 * level, which is 1, 2 or 3.
 */
bool frame_is_free(uint64_t frame, unsigned level);

/* Makes a free unit a resource: kind, level and owner as given, everything
 * else in the record 0, and counts it out of the extents. A TABLE may have
 * any level; it takes one frame. */
void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner);

/* Makes a resource without refs a dirty unit of the same size, with nothing
 * cleared, no owner and no flags. A TABLE becomes a unit of level 1. */
void frame_drop(uint64_t frame);

/* Clears the next CLEAN_STEP frames of a DIRTY unit, or what is left of it.
 * Returns MORE, or OK when all is clear: then the record says FREE, level 1,
 * and the extents count it in. */
enum error frame_clean(uint64_t frame);

#endif
