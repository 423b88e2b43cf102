#include "libos/unix/xo5/orphan.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/unix/xo5/large.h"
#include "libos/unix/xo5/shelf.h"
#include "libos/unix/xo5/tables.h"

#define ORPHANS_MAX (sizeof(((struct shadow *)0)->orphan) / sizeof(uint32_t))

static bool is_mine(const struct shadow *s, uint64_t frame)
{
    return books_frame(frame)->owner == s->slot;
}

static bool is_held(uint64_t frame)
{
    return books_frame(frame)->refs != 0;
}

void orphan_page(struct shadow *s, uint64_t frame)
{
    if (!is_mine(s, frame)) {
        return;
    }
    if (!is_held(frame)) {
        frames_give(frame);
    } else if (s->orphans < ORPHANS_MAX || orphan_sweep(s)) {
        s->orphan[s->orphans++] = (uint32_t)frame;
    } /* else the keeper finds it when the process ends */
}

/* Forgets a table that is not mine: its copy can be used for another. */
static void forget(struct shadow *s, struct table *t)
{
    shelf_drop(s, (uint32_t)(t - s->table));
    t->frame = 0;
    unsigned i = t->level > 1 ? table_next(t->some, 0) : TABLE_ENTRIES;
    for (; i < TABLE_ENTRIES; i = table_next(t->some, i + 1)) {
        orphan_table(s, t->below[i]);
    }
}

/* Empties a table of mine that nobody holds, and gives it back. */
static void take_apart(struct shadow *s, struct table *t)
{
    uint64_t frame = t->frame;
    for (unsigned i = table_next(t->some, 0); i < TABLE_ENTRIES;
         i = table_next(t->some, i + 1)) {
        uint32_t hold = t->holds[i];
        if (hold_is_there(hold)) {
            op_update(entry_name(frame, i), hold_frame(hold), RIGHTS_NONE);
        }
        if (hold_frame(hold) != 0 && (t->level == 1 || large_is(t, i))) {
            orphan_page(s, hold_frame(hold));
        }
    }
    forget(s, t);
    frames_give(frame);
}

void orphan_table(struct shadow *s, uint32_t copy)
{
    struct table *t = &s->table[copy];
    if (copy == 0 || --t->uses != 0) { /* 0: a superpage, which has no copy */
        return;
    }
    if (!is_mine(s, t->frame)) {
        forget(s, t);
    } else if (!is_held(t->frame)) {
        take_apart(s, t);
    }
}

/* Orphans that are pages. */
static bool sweep_pages(struct shadow *s)
{
    uint32_t left = 0;
    for (uint32_t n = 0; n < s->orphans; n++) {
        if (is_held(s->orphan[n])) {
            s->orphan[left++] = s->orphan[n];
        } else {
            frames_give(s->orphan[n]);
        }
    }
    bool some = left < s->orphans;
    s->orphans = left;
    return some;
}

bool orphan_sweep(struct shadow *s)
{
    bool some = false;
    for (uint32_t n = SPACE_ROOT; n <= s->tables; n++) {
        struct table *t = &s->table[n];
        if (t->frame != 0 && t->uses == 0 && !is_held(t->frame)) {
            take_apart(s, t);
            some = true;
        }
    }
    return sweep_pages(s) || some;
}
