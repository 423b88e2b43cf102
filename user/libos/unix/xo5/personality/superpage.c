/*
 * Pages of 2 MiB, for memory that fills: one fault and one entry instead of
 * 512. Which memory will fill is guessed: where the neighbouring 2 MiB are
 * nearly full, in the same region, the next will be (FULL). A wrong guess costs
 * up to 2 MiB, so it is made late.
 *
 * After a fork a superpage is copied whole if there is another one free, which
 * needs a place to write to before the old one goes: the directory of replaced
 * tables has some. Else, and if a part of it needs rights of its own, it is
 * split: a table of 512 pages with its content, built aside and put in its
 * place.
 */
#include "libos/unix/xo5/personality/superpage.h"

#include <stddef.h>

#include "abi/rights.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/reclaim.h"
#include "libos/unix/xo5/personality/replaced.h"

#define LARGE ((uint64_t)LIBOS_TABLE)
/* How many pages of a table are "nearly all" of its 512: seven of eight. Less,
 * and programs that touch memory here and there would get 2 MiB for it; more,
 * and a hole or two would keep a heap from ever having one. */
#define FULL 448
#define PATIENCE 64

/* Faults before another search for 2 MiB, since one found none: a search looks
 * through the frames, and memory that is in pieces does not become whole from
 * one fault to the next. */
static unsigned patience;

/* Is what entry i of the directory holds nearly full? */
static bool is_full(const struct address_space *s, uint32_t d, unsigned i)
{
    const struct table *directory = &s->table[d];
    unsigned count = 0;
    if (directory->shadows[i] == 0 || superpage_is(directory, i)) {
        return directory->shadows[i] != 0;
    }
    const uint64_t *some = s->table[directory->below[i]].some;
    for (unsigned k = table_next(some, 0); k < TABLE_ENTRIES;
         k = table_next(some, k + 1)) {
        count++;
    }
    return count >= FULL;
}

static bool is_wanted(const struct address_space *s, uint64_t start,
                      const struct region *r)
{
    unsigned i = table_index(start, 2);
    uint32_t d = s->table[SPACE_ROOT].below[table_index(start, 3)];
    return (r->flags & ~REGION_HEAP) == 0 && r->rights == (RIGHT_R | RIGHT_W) &&
           d != 0 && r->start <= start && r->end >= start + LARGE &&
           s->table[d].shadows[i] == 0 &&
           ((i > 0 && r->start <= start - LARGE && is_full(s, d, i - 1)) ||
            (i + 1 < TABLE_ENTRIES && r->end >= start + 2 * LARGE &&
             is_full(s, d, i + 1)));
}

/* A superpage at that empty entry, which lets stores through; its frame, or
 * 0. */
static uint64_t take(struct address_space *s, uint64_t entry)
{
    uint64_t frame = 0;
    if (patience > 0) {
        patience--;
    } else if ((frame = table_page(s, entry, 2, SHADOW_W)) == 0) {
        patience = PATIENCE;
    }
    return frame;
}

bool superpage_fill(struct address_space *s, uint64_t va,
                    const struct region *region)
{
    uint64_t start = va & ~(LARGE - 1);
    uint32_t d;
    if (!is_wanted(s, start, region)) {
        return false;
    }
    uint64_t entry = table_place(s, va, &d);
    uint64_t frame = entry == 0 ? 0 : take(s, entry);
    if (frame != 0) {
        table_note(&s->table[d], table_index(va, 2),
                   (uint32_t)frame | SHADOW_W);
        s->table[d].below[table_index(va, 2)] = 0;
    }
    return frame != 0;
}

/* The directory of va, the process's own, if there is a superpage; or 0. */
static uint32_t directory(struct address_space *s, uint64_t va)
{
    unsigned top = table_index(va, 3);
    uint32_t d = s->table[SPACE_ROOT].below[top];
    return d != 0 && superpage_is(&s->table[d], table_index(va, 2))
               ? cow_table(s, SPACE_ROOT, top)
               : 0;
}

/* Makes the superpage at the entry `from` what entry i of a directory has, for
 * one that is left to others. */
static void exchange(struct address_space *s, uint32_t d, unsigned i,
                     uint64_t from, uint64_t frame)
{
    uint64_t entry = entry_name(s->table[d].frame, i);
    uint64_t old = shadow_frame(s->table[d].shadows[i]);
    uint32_t shadow = (uint32_t)frame | SHADOW_W;
    /* The old one must go first: an entry takes only one resource. The new one
     * is held by its old place meanwhile, so it is never nobody's. */
    op_update(entry, old, RIGHTS_NONE);
    op_attach(entry, frame, shadow_rights(shadow), from, 0);
    op_update(from, frame, RIGHTS_NONE);
    table_note(&s->table[d], i, shadow);
    reclaim_page(s, old);
}

bool superpage_copy(struct address_space *s, uint64_t va)
{
    unsigned i = table_index(va, 2);
    uint32_t d = directory(s, va);
    if (d == 0) {
        return false;
    }
    uint32_t shadow = s->table[d].shadows[i];
    if (table_is_only_mine(s, shadow_frame(shadow))) {
        shadow |= SHADOW_W;
        table_note(&s->table[d], i, shadow);
        return op_update(entry_name(s->table[d].frame, i), shadow_frame(shadow),
                         shadow_rights(shadow)) == OK;
    }
    void *place = NULL;
    uint64_t entry = replaced_place(s, &place);
    uint64_t frame = entry == 0 ? 0 : take(s, entry);
    if (frame == 0) {
        return false;
    }
    memcpy(place, (const void *)(va & ~(LARGE - 1)), LARGE);
    exchange(s, d, i, entry, frame);
    return true;
}

/* Pages with what is at `from`, in table n, which is at `place`. */
static bool fill(struct address_space *s, uint32_t n, uint8_t *place,
                 const uint8_t *from)
{
    struct table *t = &s->table[n];
    for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
        uint64_t frame = table_page(s, entry_name(t->frame, k), 1, SHADOW_W);
        if (frame == 0) {
            return false;
        }
        table_note(t, k, (uint32_t)frame | SHADOW_W);
        memcpy(place + k * PAGE_SIZE, from + k * PAGE_SIZE, PAGE_SIZE);
    }
    return true;
}

uint32_t superpage_split(struct address_space *s, uint32_t d, uint64_t va)
{
    void *place = NULL;
    unsigned i = table_index(va, 2);
    uint32_t n = table_new(s, 1);
    uint64_t window = n == 0 ? 0 : replaced_place(s, &place);
    uint64_t entry = entry_name(s->table[d].frame, i);
    bool done = window != 0 && op_attach(window, s->table[n].frame,
                                         TABLE_WRITABLE, 0, 0) == OK;
    if (done) {
        done = fill(s, n, place, (const uint8_t *)(va & ~(LARGE - 1)));
        op_update(window, s->table[n].frame, RIGHTS_NONE);
    }
    if (!done) {
        reclaim_table(s, n);
        return 0;
    }
    uint64_t old = shadow_frame(s->table[d].shadows[i]);
    op_update(entry, old, RIGHTS_NONE);
    reclaim_page(s, old);
    return table_put(s, d, i, n);
}
