#include "lib/frames.h"

#include "lib/books.h"

#define LEVELS 3

/* Where the next search begins. What lies before it is in use, mostly. */
static uint64_t hint[LEVELS + 1];

enum error frames_clean(uint64_t frame)
{
    unsigned level = books_frame(frame)->level;
    enum error error;
    do {
        error = op_alloc(frame, level, KIND_FREE, 0);
    } while (error == MORE);
    return error;
}

/* Cleans what is dirty of a usable unit. */
static void clean_unit(uint64_t frame, unsigned level)
{
    uint64_t end = frame + books_unit(level);
    while (frame < end) {
        uint64_t size = books_size(frame);
        if (books_frame(frame)->kind == KIND_DIRTY) {
            frames_clean(frame);
        }
        frame += size;
    }
}

/* A dirty unit larger than one of that level, whose parts can be used once it
 * is clean: cleans it. Returns false if there is none. */
static bool split_unit(unsigned level)
{
    while (++level <= LEVELS) {
        uint64_t frame = books_find_usable(level, 0);
        if (frame != 0) {
            clean_unit(frame, level);
            return true;
        }
    }
    return false;
}

static uint64_t find(unsigned level)
{
    uint64_t frame = books_find_usable(level, hint[level]);
    if (frame == 0) {
        frame = books_find_usable(level, 0);
    }
    if (frame == 0 && split_unit(level)) {
        frame = books_find_usable(level, 0);
    }
    return frame;
}

uint64_t frames_take(unsigned level, enum kind kind, uint64_t owner)
{
    unsigned size = kind == KIND_TABLE ? 1 : level;
    uint64_t frame;
    if (size < 1 || size > LEVELS) {
        return 0;
    }
    do {
        frame = find(size);
        if (frame == 0) {
            return 0;
        }
        clean_unit(frame, size);
        hint[size] = frame + books_unit(size);
        if (op_alloc(frame, level, kind, owner) == OK) {
            return frame;
        }
    } while (!books_is_free(frame, size)); /* somebody else was faster */
    return 0;
}

enum error frames_give(uint64_t frame)
{
    unsigned size = books_size(frame) == 1 ? 1 : books_frame(frame)->level;
    enum error error = op_alloc(frame, books_frame(frame)->level, KIND_FREE, 0);
    if (error == OK && frame < hint[size]) {
        hint[size] = frame;
    }
    return error;
}
