/*
 * The books are read while others change them, so each answer here is a guess
 * that an operation then confirms or refuses. What they say of a unit stands in
 * two places: the records of its frames, and for 2 MiB and 1 GiB the extents,
 * which count what is free and save a look at each record.
 */
#include "lib/books.h"

#include "lib/assert.h"

uint64_t books_size(uint64_t frame)
{
    const volatile struct frame *f = books_frame(frame);
    bool one = f->kind == KIND_TABLE || f->level < 2 || f->level > 3;
    return one ? 1 : books_unit(f->level);
}

bool books_is_covered(uint64_t frame)
{
    uint64_t huge = frame & ~(BOOKS_HUGE - 1);
    uint64_t giant = frame & ~(BOOKS_GIANT - 1);
    return (huge != frame && huge + books_size(huge) > frame) ||
           (giant != frame && giant + books_size(giant) > frame);
}

static bool is_in_range(uint64_t frame, unsigned level)
{
    return frame % books_unit(level) == 0 &&
           frame + books_unit(level) <= books_head()->frames;
}

bool books_is_free(uint64_t frame, unsigned level)
{
    if (!is_in_range(frame, level) || books_is_covered(frame)) {
        return false;
    }
    if (level == 1) {
        return books_frame(frame)->kind == KIND_FREE;
    }
    return level == 2 ? books_extent2(frame) == 512
                      : books_extent3(frame) == 512;
}

/* True if each part of the unit, one level down, is usable. */
static bool parts_are_usable(uint64_t frame, unsigned level)
{
    uint64_t part = books_unit(level - 1);
    for (uint64_t i = 0; i < 512; i++) {
        if (!books_is_usable(frame + i * part, level - 1)) {
            return false;
        }
    }
    return true;
}

bool books_is_usable(uint64_t frame, unsigned level)
{
    if (!is_in_range(frame, level) || books_is_covered(frame)) {
        return false;
    }
    /* A dirty unit can be cleaned, if it is one of just this size. */
    uint8_t kind = books_frame(frame)->kind;
    if (kind == KIND_DIRTY && books_size(frame) == books_unit(level)) {
        return true;
    }
    if (level == 1) {
        return kind == KIND_FREE;
    }
    return books_is_free(frame, level) || parts_are_usable(frame, level);
}

uint64_t books_after(uint64_t frame)
{
    const volatile struct books *books = books_head();
    uint64_t next = frame + 1, nearest = 0;
    if (next < books->frames) {
        return next;
    }
    for (uint64_t i = 0; i < books->devices; i++) {
        uint64_t start = books->device[i].start, end = books->device[i].end;
        start = start < next ? next : start;
        if (start < end && (nearest == 0 || start < nearest)) {
            nearest = start;
        }
    }
    return nearest;
}

static uint64_t next_unit(unsigned level, uint64_t from)
{
    ASSERT(level >= 1 && level <= 3, "books_find: a unit of level 1 to 3");
    uint64_t unit = books_unit(level);
    uint64_t at = (from + unit - 1) / unit * unit;
    return at == 0 ? unit : at;
}

/* The first unit from `from` on that is what it is to be, or 0. */
static uint64_t find(unsigned level, uint64_t from,
                     bool (*is_it)(uint64_t frame, unsigned level))
{
    uint64_t end = books_head()->frames, unit = books_unit(level);
    for (uint64_t at = next_unit(level, from); at < end; at += unit) {
        if (is_it(at, level)) {
            return at;
        }
    }
    return 0;
}

uint64_t books_find(unsigned level, uint64_t from)
{
    return find(level, from, books_is_free);
}

uint64_t books_find_usable(unsigned level, uint64_t from)
{
    return find(level, from, books_is_usable);
}

uint64_t books_find_slot(void)
{
    for (uint64_t slot = SLOT_INIT + 1; slot < PROCESS_MAX; slot++) {
        const volatile struct process *p = books_process(slot);
        if (p->state == PROCESS_FREE && p->generation != UINT32_MAX) {
            return slot;
        }
    }
    return 0;
}
