/*
 * Exercise 2.1. Frame records and extents.
 *
 * Are these 2 MiB free, or this 1 GiB? An operation may look at a few records,
 * and not at 262,144. So two counts stand above the records:
 *
 *   extents3[g]      how many of its 512 extents2 say 512
 *   extents2[e]      how many of its 512 records say FREE
 *   frames[f].kind   FREE, or anything else
 *
 * When one record changes, at most one count of each kind does, and "all of
 * it" is a comparison with 512. What is no RAM, or dirty, or the kernel's
 * never says FREE, so a hole needs no care.
 *
 * A resource of 2 MiB or 1 GiB is kept in its first record, and the others in
 * it stay FREE, so that making it touches one record. Hence FREE in a record
 * is not all: the heads beneath which the frame may lie are asked too
 * (is_covered).
 */
#include "core/frame.h"

#include "core/tables.h"

/* The frames that lie wholly (or, if `any`, with any part) in [start, end). */
static struct span frames_of(uint64_t start, uint64_t end, bool any)
{
    uint64_t up = FRAME_SIZE - 1;
    struct span span = {(start + (any ? 0 : up)) / FRAME_SIZE,
                        end / FRAME_SIZE};
    if (any && start < end && end % FRAME_SIZE != 0) {
        span.end++;
    }
    span.end = span.end < FRAMES_MAX ? span.end : FRAMES_MAX;
    return span;
}

/* Gives every frame of `in` that also lies in `of` that kind, level 1, if it
 * is of kind `from` so far. */
static void mark(struct span in, struct span of, unsigned from, unsigned kind)
{
    uint64_t first = in.start > of.start ? in.start : of.start;
    uint64_t end = in.end < of.end ? in.end : of.end;
    for (uint64_t f = first; f < end; f++) {
        if (frames[f].kind == from) {
            frames[f].kind = (uint8_t)kind;
            frames[f].level = kind == KIND_NONE ? 0 : 1;
        }
    }
}

static void boot_region(const struct bootinfo *info, struct span ram,
                        const struct span *kept, unsigned count)
{
    /* Firmware's regions may overlap, and come in any order. So there are
     * three passes, and what a later one says holds: RAM is dirty, what
     * another region claims too is no RAM, and of the rest what is kept is the
     * kernel's. */
    mark(ram, ram, KIND_NONE, KIND_DIRTY);
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        if (r->kind != REGION_RAM) {
            mark(ram, frames_of(r->start, r->end, true), KIND_DIRTY, KIND_NONE);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        mark(ram, frames_of(kept[i].start, kept[i].end, true), KIND_DIRTY,
             KIND_KERNEL);
    }
}

void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count)
{
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        if (r->kind == REGION_RAM) {
            boot_region(info, frames_of(r->start, r->end, false), kept, count);
        }
    }
}

/* True if a larger unit that begins at the head of this level covers it. */
static bool is_covered(uint64_t frame, unsigned level)
{
    /* Only a resource, or a dirty unit, covers what lies behind its first
     * frame. */
    uint64_t head = align_down(frame, level_frames(level));
    unsigned kind = frames[head].kind;
    return frames[head].level >= level &&
           (kind == KIND_MEMORY || kind == KIND_DIRTY);
}

bool frame_is_free(uint64_t frame, unsigned level)
{
    if (frames[frame].kind != KIND_FREE ||
        (level < 2 && is_covered(frame, 2)) ||
        (level < 3 && is_covered(frame, 3))) {
        return false;
    }
    if (level == 2) {
        return extents2[frame / level_frames(2)] == TABLE_ENTRIES;
    }
    return level == 1 || extents3[frame / level_frames(3)] == TABLE_ENTRIES;
}

/* One record of this extent stops, or starts, to say FREE. */
static void count(uint64_t frame, bool free)
{
    uint16_t *two = &extents2[frame / level_frames(2)];
    uint16_t *three = &extents3[frame / level_frames(3)];
    /* It was all free until now; and below, the other way round. */
    if (*two == TABLE_ENTRIES) {
        (*three)--;
    }
    *two = (uint16_t)(free ? *two + 1 : *two - 1);
    if (*two == TABLE_ENTRIES) {
        (*three)++;
    }
}

/* Sets a record; everything that is not named is 0. */
static void set(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    frames[frame].kind = (uint8_t)kind;
    frames[frame].level = (uint8_t)level;
    frames[frame].flags = 0;
    frames[frame].owner = (uint16_t)owner;
    frames[frame].live = 0;
    frames[frame].refs = 0;
    frames[frame].cleared = 0;
}

void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    set(frame, kind, level, owner);
    count(frame, false);
}

void frame_drop(uint64_t frame)
{
    /* A table is one frame, whatever level it fitted. */
    unsigned level = frames[frame].kind == KIND_TABLE ? 1 : frames[frame].level;
    set(frame, KIND_DIRTY, level, 0);
}

enum error frame_clean(uint64_t frame)
{
    uint64_t size = level_frames(frames[frame].level);
    uint32_t at = frames[frame].cleared;
    for (unsigned i = 0; i < CLEAN_STEP && at < size; i++, at++) {
        frame_clear(frame + at);
    }
    frames[frame].cleared = at;
    /* Interrupts are off: so much and no more at a time. The caller asks
     * again. */
    if (at < size) {
        return MORE;
    }
    set(frame, KIND_FREE, 1, 0);
    count(frame, true);
    return OK;
}
