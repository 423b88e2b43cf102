/*
 * Exercise 2.1, a third way: from border to border through the memory map.
 */
#include "core/frame.h"

#include "../../mine/extent.h"
#include "core/tables.h"

struct run {
    unsigned kind; /* of the frames from here on */
    uint64_t end;  /* up to this one */
};

/* Does [start, end) touch the frame? Either way, the run that begins there
 * ends where that changes. */
static bool touches(struct run *run, uint64_t frame, uint64_t start,
                    uint64_t end)
{
    uint64_t first = start / FRAME_SIZE;
    uint64_t past = end / FRAME_SIZE + (start < end && end % FRAME_SIZE != 0);
    uint64_t next = frame < first ? first : past;
    if (frame < past && next < run->end) {
        run->end = next;
    }
    return frame >= first && frame < past;
}

/* What a frame of RAM is, and how far that goes on. */
static struct run find_run(uint64_t frame, uint64_t end,
                           const struct bootinfo *info, const struct span *kept,
                           unsigned count)
{
    struct run run = {KIND_DIRTY, end};
    for (unsigned i = 0; i < count; i++) {
        if (touches(&run, frame, kept[i].start, kept[i].end)) {
            run.kind = KIND_KERNEL;
        }
    }
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        if (r->kind != REGION_RAM && touches(&run, frame, r->start, r->end)) {
            run.kind = KIND_NONE;
        }
    }
    return run;
}

void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count)
{
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *ram = &info->region[i];
        uint64_t end = ram->end / FRAME_SIZE;
        if (ram->kind != REGION_RAM) {
            continue;
        }
        end = end < FRAMES_MAX ? end : FRAMES_MAX;
        for (uint64_t f = ram->start / FRAME_SIZE; f < end;) {
            struct run run = find_run(f, end, info, kept, count);
            for (; f < run.end; f++) {
                if (run.kind != KIND_NONE) {
                    frames[f].kind = (uint8_t)run.kind;
                    frames[f].level = 1;
                }
            }
        }
    }
}

static bool is_large(const struct frame *head, unsigned level)
{
    return head->level >= level &&
           (head->kind == KIND_MEMORY || head->kind == KIND_DIRTY);
}

bool frame_is_free(uint64_t frame, unsigned level)
{
    if (frames[frame].kind != KIND_FREE) {
        return false;
    }
    if (level == 3) {
        return extent_is_full(frame, 3);
    }
    if (is_large(&frames[align_down(frame, level_frames(3))], 3)) {
        return false;
    }
    if (level == 2) {
        return extent_is_full(frame, 2);
    }
    return !is_large(&frames[align_down(frame, level_frames(2))], 2);
}

static struct frame record(unsigned kind, unsigned level, uint64_t owner)
{
    struct frame made = {0};
    made.kind = (uint8_t)kind;
    made.level = (uint8_t)level;
    made.owner = (uint16_t)owner;
    return made;
}

void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    frames[frame] = record(kind, level, owner);
    extent_out(frame);
}

void frame_drop(uint64_t frame)
{
    bool page = frames[frame].kind == KIND_MEMORY;
    frames[frame] = record(KIND_DIRTY, page ? frames[frame].level : 1, 0);
}

enum error frame_clean(uint64_t frame)
{
    uint64_t left = level_frames(frames[frame].level) - frames[frame].cleared;
    for (unsigned n = 0; n < CLEAN_STEP && left > 0; n++, left--) {
        frame_clear(frame + frames[frame].cleared++);
    }
    if (left > 0) {
        return MORE;
    }
    frames[frame] = record(KIND_FREE, 1, 0);
    extent_in(frame);
    return OK;
}
