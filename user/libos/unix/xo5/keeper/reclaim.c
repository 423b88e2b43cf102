/*
 * What the dead left to others. A process that ends may own pages and tables
 * that its parent or child still holds. They cannot be given back yet, and
 * their owner must not be a slot that is used again: the keeper takes them
 * over, keeps them in mind, and gives back what nobody holds whenever something
 * has ended.
 *
 * A table is taken over with a copy of what it holds, as its shadow said:
 * emptying it needs the names of the resources. A copy that lied is found out,
 * as the frame cannot be given back, and then every entry is tried
 * (child_empty).
 *
 * If a process owns more than its shadow said, reclaim_all finds it by looking
 * at every frame. That is slow, and only a process that damaged its shadow
 * pays.
 */
#include "libos/unix/xo5/keeper/reclaim.h"

#include "lib/books.h"
#include "lib/child.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/xo5/shadow.h"

#define DEFERRED_MAX 16384

static struct {
    uint32_t frame;
    uint32_t copy; /* of a table: a page with what it holds; 0: a page */
} left[DEFERRED_MAX];
static unsigned count;

/* Makes it the keeper's, if it is a child's. */
static void take_over(uint64_t frame)
{
    const volatile struct frame *f = books_frame(frame);
    if (f->owner != SLOT_INIT) {
        op_alloc(frame, f->level, f->kind, SLOT_INIT);
    }
}

/* What a table holds, as a process's copy said. */
struct shadows {
    uint64_t some[TABLE_ENTRIES / 64];
    uint32_t shadows[TABLE_ENTRIES];
};

/* Detaches it all. */
static void empty(uint64_t frame, const uint64_t *some, const uint32_t *shadows)
{
    for (unsigned i = table_next(some, 0); i < TABLE_ENTRIES;
         i = table_next(some, i + 1)) {
        if (shadow_is_there(shadows[i])) {
            op_update(entry_name(frame, i), shadows[i] & SHADOW_FRAME,
                      RIGHTS_NONE);
        }
    }
}

void reclaim_page(uint64_t frame)
{
    if (books_frame(frame)->refs == 0) {
        frames_give(frame);
    } else if (count < DEFERRED_MAX) {
        take_over(frame);
        left[count].frame = (uint32_t)frame;
        left[count++].copy = 0;
    }
}

void reclaim_table(const struct table *t)
{
    if (books_frame(t->frame)->refs == 0) {
        empty(t->frame, t->some, t->shadows);
        frames_give(t->frame);
        return;
    }
    uint32_t copy = count < DEFERRED_MAX ? machine_page_take() : 0;
    if (copy != 0) {
        struct shadows *shadows = machine_page(copy);
        memcpy(shadows->some, t->some, sizeof(shadows->some));
        memcpy(shadows->shadows, t->shadows, sizeof(shadows->shadows));
        take_over(t->frame);
        left[count].frame = (uint32_t)t->frame;
        left[count++].copy = copy;
    }
}

/* Gives back a frame of the keeper's that nobody holds; a table is emptied
 * first, as its copy says, or, if that is not true, by trying. */
static void give(uint64_t frame, uint32_t copy)
{
    if (copy != 0) {
        const struct shadows *shadows = machine_page(copy);
        empty(frame, shadows->some, shadows->shadows);
        machine_page_give(copy);
    }
    if (frames_give(frame) != OK) {
        child_empty(frame);
        frames_give(frame);
    }
}

/* One round; true if something was given back. */
static bool sweep(void)
{
    bool some = false;
    for (unsigned n = 0; n < count;) {
        uint32_t frame = left[n].frame, copy = left[n].copy;
        if (books_frame(frame)->refs != 0) {
            n++;
            continue;
        }
        left[n] = left[--count]; /* in any order */
        give(frame, copy);
        some = true;
    }
    return some;
}

unsigned reclaim_sweep(void)
{
    while (sweep()) { /* what a table held may be free only now */
    }
    return count;
}

bool reclaim_all(unsigned slot)
{
    uint64_t end = books_head()->frames;
    for (uint64_t f = 0; f < end; f += books_size(f)) {
        if (books_frame(f)->owner == slot) {
            if (count == DEFERRED_MAX) {
                return false;
            }
            take_over(f);
            left[count].frame = (uint32_t)f;
            left[count++].copy = 0;
        }
    }
    reclaim_sweep();
    return true;
}
