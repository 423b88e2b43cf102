/*
 * Giving back what may not be given back yet. A page or a table of this
 * process's own may still be held by a process that it forked, or that forked
 * it, which goes on using it, and passes it on when it forks; what has been
 * given back can be passed on no more. So what the process lets go of is one of
 * these:
 *
 *   not its own                nothing to do: its owner sees to it
 *   its own, nobody has it     given back now
 *   its own, held by others    kept in mind; looked at again when memory
 *                              lacks, and before a fork
 *
 * Pages are in deferred[]; tables stay in their shadow with `uses` 0, since
 * their entries must be known to take them apart. What does not fit is found by
 * the keeper when the process ends.
 */
#include "libos/unix/xo5/personality/reclaim.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/replaced.h"
#include "libos/unix/xo5/personality/superpage.h"

#define DEFERRED_MAX                                                           \
    (sizeof(((struct address_space *)0)->deferred) / sizeof(uint32_t))

static bool is_mine(const struct address_space *s, uint64_t frame)
{
    return books_frame(frame)->owner == s->slot;
}

static bool is_held(uint64_t frame)
{
    return books_frame(frame)->refs != 0;
}

void reclaim_page(struct address_space *s, uint64_t frame)
{
    if (!is_mine(s, frame)) {
        return;
    }
    if (!is_held(frame)) {
        frames_give(frame);
    } else if (s->deferred_count < DEFERRED_MAX || reclaim_sweep(s)) {
        s->deferred[s->deferred_count++] = (uint32_t)frame;
    } /* else the keeper finds it when the process ends */
}

/* Forgets a table that is not mine: its index can be used for another. */
static void forget(struct address_space *s, struct table *t)
{
    replaced_drop(s, (uint32_t)(t - s->table));
    t->frame = 0;
    unsigned i = t->level > 1 ? table_next(t->some, 0) : TABLE_ENTRIES;
    for (; i < TABLE_ENTRIES; i = table_next(t->some, i + 1)) {
        reclaim_table(s, t->below[i]);
    }
}

/* Empties a table of mine that nobody holds, and gives it back. */
static void take_apart(struct address_space *s, struct table *t)
{
    uint64_t frame = t->frame;
    for (unsigned i = table_next(t->some, 0); i < TABLE_ENTRIES;
         i = table_next(t->some, i + 1)) {
        uint32_t shadow = t->shadows[i];
        if (shadow_is_there(shadow)) {
            op_update(entry_name(frame, i), shadow_frame(shadow), RIGHTS_NONE);
        }
        if (shadow_frame(shadow) != 0 &&
            (t->level == 1 || superpage_is(t, i))) {
            reclaim_page(s, shadow_frame(shadow));
        }
    }
    forget(s, t);
    frames_give(frame);
}

void reclaim_table(struct address_space *s, uint32_t index)
{
    struct table *t = &s->table[index];
    if (index == 0 || --t->uses != 0) { /* 0: a superpage, which is no table */
        return;
    }
    if (!is_mine(s, t->frame)) {
        forget(s, t);
    } else if (!is_held(t->frame)) {
        take_apart(s, t);
    } /* else reclaim_sweep finds it, by its `uses` of 0 */
}

/* Pages that were deferred. */
static bool sweep_pages(struct address_space *s)
{
    uint32_t left = 0;
    for (uint32_t n = 0; n < s->deferred_count; n++) {
        if (is_held(s->deferred[n])) {
            s->deferred[left++] = s->deferred[n];
        } else {
            frames_give(s->deferred[n]);
        }
    }
    bool some = left < s->deferred_count;
    s->deferred_count = left;
    return some;
}

bool reclaim_sweep(struct address_space *s)
{
    bool some = false;
    for (uint32_t n = SPACE_ROOT; n <= s->tables; n++) {
        struct table *t = &s->table[n];
        if (t->frame != 0 && t->uses == 0 && !is_held(t->frame)) {
            take_apart(s, t); /* what was beneath may be free only now */
            some = true;
        }
    }
    return sweep_pages(s) || some;
}
