/*
 * Exercise 2.1, another way: three coats of paint over the memory map.
 */
#include "core/frame.h"

#include "core/tables.h"

/* Paints the frames [first, end) that lie in RAM and have the kind `over`. */
static void paint(const struct bootinfo *info, uint64_t first, uint64_t end,
                  unsigned over, unsigned kind)
{
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *ram = &info->region[i];
        if (ram->kind != REGION_RAM) {
            continue;
        }
        uint64_t low = ram->start / FRAME_SIZE, high = ram->end / FRAME_SIZE;
        low = low < first ? first : low;
        high = high > end ? end : high;
        for (; low < high && low < FRAMES_MAX; low++) {
            if (frames[low].kind == over) {
                frames[low].kind = (uint8_t)kind;
                frames[low].level = kind != KIND_NONE;
            }
        }
    }
}

/* The first frame behind what begins at `start` and ends at `end`. */
static uint64_t frame_after(uint64_t start, uint64_t end)
{
    return end / FRAME_SIZE + (start < end && end % FRAME_SIZE ? 1 : 0);
}

void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count)
{
    paint(info, 0, FRAMES_MAX, KIND_NONE, KIND_DIRTY);
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        if (r->kind != REGION_RAM) {
            paint(info, r->start / FRAME_SIZE, frame_after(r->start, r->end),
                  KIND_DIRTY, KIND_NONE);
        }
    }
    while (count-- > 0) {
        paint(info, kept[count].start / FRAME_SIZE,
              frame_after(kept[count].start, kept[count].end), KIND_DIRTY,
              KIND_KERNEL);
    }
}

bool frame_is_free(uint64_t frame, unsigned level)
{
    bool free = frames[frame].kind == KIND_FREE;
    for (unsigned up = level + 1; up <= 3; up++) {
        const struct frame *head = &frames[frame & ~(level_frames(up) - 1)];
        bool large = head->kind == KIND_MEMORY || head->kind == KIND_DIRTY;
        free = free && !(large && head->level >= up);
    }
    switch (level) {
    case 1:
        return free;
    case 2:
        return free && extents2[frame >> 9] == 512;
    default:
        return free && extents3[frame >> 18] == 512;
    }
}

static bool is_full(uint64_t frame)
{
    return extents2[frame >> 9] == 512;
}

static void count(uint64_t frame, int change)
{
    bool before = is_full(frame);
    extents2[frame >> 9] = (uint16_t)(extents2[frame >> 9] + change);
    if (before != is_full(frame)) {
        extents3[frame >> 18] = (uint16_t)(extents3[frame >> 18] + change);
    }
}

void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    count(frame, -1);
    frames[frame] = (struct frame){.kind = (uint8_t)kind,
                                   .level = (uint8_t)level,
                                   .owner = (uint16_t)owner};
}

void frame_drop(uint64_t frame)
{
    uint8_t level = frames[frame].level;
    if (frames[frame].kind != KIND_MEMORY) {
        level = 1;
    }
    frames[frame] = (struct frame){.kind = KIND_DIRTY, .level = level};
}

enum error frame_clean(uint64_t frame)
{
    struct frame *f = &frames[frame];
    uint64_t end = frame + level_frames(f->level), at = frame + f->cleared;
    uint64_t stop = at + CLEAN_STEP < end ? at + CLEAN_STEP : end;
    while (at < stop) {
        frame_clear(at++);
    }
    if (at < end) {
        f->cleared = (uint32_t)(at - frame);
        return MORE;
    }
    *f = (struct frame){.kind = KIND_FREE, .level = 1};
    count(frame, 1);
    return OK;
}
