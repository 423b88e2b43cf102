/*
 * The kernel has no allocator: a frame is chosen here, from the books, and the
 * operation says whether it was still free. The search begins where the last
 * one ended, because what lies before is mostly in use.
 */
#include "lib/frames.h"

#include "lib/assert.h"
#include "lib/books.h"

#define LEVELS 3

/* Where the next search begins. What lies before it is in use, mostly. */
static uint64_t hint[LEVELS + 1];

/* Frames that were given back last and are perhaps free: tried first. */
#define RECENT 64
static uint64_t recent[RECENT];
static unsigned recent_count;

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
    /* A dirty unit of 2 MiB or 1 GiB counts as one: no part of it can be had
     * before all of it is clean. */
    while (++level <= LEVELS) {
        uint64_t frame = books_find_usable(level, 0);
        if (frame != 0) {
            clean_unit(frame, level);
            return true;
        }
    }
    return false;
}

/* One of those; 0 if there is none. */
static uint64_t find_recent(void)
{
    while (recent_count > 0) {
        uint64_t frame = recent[--recent_count];
        if (books_is_usable(frame, 1)) {
            return frame;
        }
    }
    return 0;
}

static uint64_t find(unsigned level)
{
    uint64_t frame = level == 1 ? find_recent() : 0;
    if (frame == 0) {
        frame = books_find_usable(level, hint[level]);
    }
    if (frame == 0) {
        frame = books_find_usable(level, 0);
    }
    if (frame == 0 && split_unit(level)) {
        frame = books_find_usable(level, 0);
    }
    return frame;
}

#ifdef CHECK
static uint64_t fail_in; /* frames_take until it fails; 0: it does not */
static bool fail_after;  /* and all that follow */
static bool failed;

void frames_fail(uint64_t n, bool after)
{
    fail_in = n;
    fail_after = after;
    failed = false;
}

bool frames_failed(void)
{
    return failed;
}

static bool fails(void)
{
    bool now = fail_in == 1;
    fail_in -= fail_in > 1 || (now && !fail_after);
    failed = failed || now;
    return now;
}
#else
static bool fails(void)
{
    return false;
}
#endif

uint64_t frames_take(unsigned level, enum kind kind, uint64_t owner)
{
    unsigned size = kind == KIND_TABLE ? 1 : level;
    uint64_t frame;
    if (size < 1 || size > LEVELS || fails()) {
        return 0;
    }
    do {
        frame = find(size);
        if (frame == 0) {
            return 0;
        }
        if (size > 1) {
            clean_unit(frame, size);
        } else if (books_frame(frame)->kind == KIND_DIRTY) {
            frames_clean(frame);
        }
        /* Behind what is taken, also if it has not worked out: whoever was
         * faster has it. */
        if (frame >= hint[size]) {
            hint[size] = frame + books_unit(size);
        }
        if (op_alloc(frame, level, kind, owner) == OK) {
            ASSERT(books_frame(frame)->refs == 0 &&
                       books_frame(frame)->kind == kind,
                   "frames_take: a resource of that kind, held by nobody");
            return frame;
        }
    } while (!books_is_free(frame, size)); /* somebody else was faster */
    return 0;
}

enum error frames_give(uint64_t frame)
{
    unsigned size = books_size(frame) == 1 ? 1 : books_frame(frame)->level;
    enum error error = op_alloc(frame, books_frame(frame)->level, KIND_FREE, 0);
    if (error == OK && size == 1 && recent_count < RECENT) {
        recent[recent_count++] = frame;
    } else if (error == OK && frame < hint[size]) {
        hint[size] = frame;
    }
    return error;
}

uint64_t frames_next(void)
{
    return hint[1];
}

void frames_start(uint64_t frame)
{
    hint[1] = frame;
    recent_count = 0;
}
