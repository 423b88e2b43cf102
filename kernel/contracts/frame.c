/*
 * core/frame.h's contract; and poison: whatever is dirty has lost what was in
 * it, so that nobody can go on reading what was given back, or a table that a
 * processor still walks.
 */
#include "boot/bootmem.h"
#include "contracts/contract.h"
#include "core/frame.h"
#include "debug/check.h"

/* All of a unit up to 2 MiB; of a larger one, its first. */
static void poison(uint64_t frame)
{
    uint64_t count = level_frames(frames[frame].level);
    count = count < TABLE_ENTRIES ? count : TABLE_ENTRIES;
    for (uint64_t f = frame; f < frame + count; f++) {
        for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
            tables[f][i].bits = POISON;
        }
    }
}

/* Counted anew: how many records of this 2 MiB say FREE. */
static unsigned free_in(uint64_t frame)
{
    uint64_t first = align_down(frame, level_frames(2));
    unsigned found = 0;
    for (uint64_t f = first; f < first + level_frames(2); f++) {
        found += frames[f].kind == KIND_FREE;
    }
    return found;
}

CONTRACT(void, frame_boot, const struct bootinfo *info, const struct span *kept,
         unsigned count)
{
    __real_frame_boot(info, kept, count);
    uint64_t start = 0, end;
    for (; bootmem_ram(&start, &end); start = end) {
        for (uint64_t f = start / FRAME_SIZE; f < end / FRAME_SIZE; f++) {
            unsigned kind = frames[f].kind;
            ASSERT(kind == KIND_DIRTY || kind == KIND_NONE ||
                       kind == KIND_KERNEL,
                   "frame_boot: a frame of RAM is dirty, none or kernel");
            ASSERT(frames[f].level == (kind == KIND_NONE ? 0 : 1),
                   "frame_boot: of level 1");
        }
    }
}

/* When init is built, before it runs: what is fresh is as bad as what is
 * freed. */
CONTRACT(void, check_boot, void)
{
    __real_check_boot();
    uint64_t start = 0, end;
    for (; bootmem_ram(&start, &end); start = end) {
        for (uint64_t f = start / FRAME_SIZE; f < end / FRAME_SIZE; f++) {
            if (frames[f].kind == KIND_DIRTY) {
                poison(f);
            }
        }
    }
}

CONTRACT(bool, frame_is_free, uint64_t frame, unsigned level)
{
    ASSERT(level >= 1 && level <= 3, "frame_is_free: the level is 1, 2 or 3");
    ASSERT(frame < FRAMES_MAX && frame % level_frames(level) == 0,
           "frame_is_free: in range and aligned to the level");
    bool free = __real_frame_is_free(frame, level);
    ASSERT(!free || frames[frame].kind == KIND_FREE,
           "frame_is_free: its record says FREE");
    ASSERT(!free || level != 2 || free_in(frame) == TABLE_ENTRIES,
           "frame_is_free: its extent is all free");
    return free;
}

CONTRACT(void, frame_take, uint64_t frame, unsigned kind, unsigned level,
         uint64_t owner)
{
    unsigned unit = kind == KIND_TABLE ? 1 : level;
    ASSERT(__real_frame_is_free(frame, unit), "frame_take: a free unit");
    ASSERT(owner != 0 && owner < PROCESS_MAX, "frame_take: a process owns it");
    __real_frame_take(frame, kind, level, owner);
    const struct frame *f = &frames[frame];
    ASSERT(f->kind == kind && f->level == level && f->owner == owner,
           "frame_take: kind, level and owner as given");
    ASSERT(f->flags == 0 && f->live == 0 && f->refs == 0 && f->cleared == 0,
           "frame_take: everything else in the record 0");
    ASSERT(extents2[frame / level_frames(2)] == free_in(frame),
           "invariant 9: frame_take: counts it out of the extents");
}

CONTRACT(void, frame_drop, uint64_t frame)
{
    const struct frame *f = &frames[frame];
    unsigned level = f->kind == KIND_TABLE ? 1 : f->level;
    ASSERT(f->kind == KIND_MEMORY || f->kind == KIND_TABLE,
           "frame_drop: a resource");
    ASSERT(f->refs == 0, "invariant 1: frame_drop: without refs");
    __real_frame_drop(frame);
    ASSERT(f->kind == KIND_DIRTY && f->level == level,
           "frame_drop: a dirty unit of the same size");
    ASSERT(f->cleared == 0 && f->owner == 0 && f->flags == 0,
           "frame_drop: nothing cleared, no owner and no flags");
    poison(frame);
}

CONTRACT(enum error, frame_clean, uint64_t frame)
{
    const struct frame *f = &frames[frame];
    uint64_t before = f->cleared, size = level_frames(f->level);
    ASSERT(f->kind == KIND_DIRTY, "frame_clean: of a DIRTY unit");
    enum error error = __real_frame_clean(frame);
    bool all = before + CLEAN_STEP >= size;
    uint64_t end = all ? size : before + CLEAN_STEP;
    ASSERT(error == (all ? OK : MORE),
           "frame_clean: MORE, or OK when all is clear");
    ASSERT(all ? f->kind == KIND_FREE && f->level == 1 : f->cleared == end,
           "frame_clean: then the record says FREE, level 1");
    ASSERT(extents2[frame / level_frames(2)] == free_in(frame),
           "invariant 9: frame_clean: the extents count it in");
    for (uint64_t n = before; n < end; n++) {
        for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
            ASSERT(tables[frame + n][i].bits == 0,
                   "invariant 7: frame_clean: the next frames are clear");
        }
    }
    return error;
}
