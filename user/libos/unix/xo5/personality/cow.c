/*
 * Copy-on-write, for tables. After a fork both roots hold the same directories,
 * without W: nothing beneath can be stored to by either. Who stores needs
 * tables of its own from the root down to the page. For each on the way,
 * cow_table has one of four cases:
 *
 *   nothing there          a new, empty table                     (table_make)
 *   W                      it is mine and writable already
 *   no W, but only I have  the other side has gone or has its own:
 *                          W again                                (cow_reopen)
 *   no W, shared           a directory: a new one, which has all that the old
 *                          one has, without W                     (cow_fill)
 *                          a table of pages: a new, empty one; the old one is
 *                          put aside, and its pages come when touched
 *                                                                 (replaced.c)
 *
 * "Only I have" is read from the kernel's books: I own the frame, and one entry
 * holds it. The keeper reads the shadow when a process has died, so an entry is
 * noted before it is attached (cow_fill), and no table is forgotten.
 */
#include "libos/unix/xo5/personality/cow.h"

#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/xo5/personality/reclaim.h"
#include "libos/unix/xo5/personality/replaced.h"
#include "libos/unix/xo5/personality/superpage.h"

/* Frames of its own that a process keeps for tables when its pages are borrowed
 * already: the keeper lends pages, never tables, since a process must own a
 * table to change its entries. */
#define RESERVE 64

uint64_t table_take(struct address_space *s, unsigned level, unsigned kind)
{
    uint64_t frame = frames_take(level, (enum kind)kind, s->slot);
    if (frame == 0 && reclaim_sweep(s)) {
        frame = frames_take(level, (enum kind)kind, s->slot);
    }
    if (frame > SHADOW_FRAME) { /* a shadow entry has no room for its number */
        frames_give(frame);
        frame = 0;
    }
    return frame;
}

uint64_t table_page(struct address_space *s, uint64_t entry, unsigned level,
                    uint32_t shadow)
{
    uint64_t frame = 0;
    if (books_process(s->slot)->allowance >= books_unit(level) + RESERVE) {
        frame = table_take(s, level, KIND_MEMORY);
    }
    if (frame == 0) {
        return space_borrow(entry, level,
                            RIGHT_R | (shadow & SHADOW_X ? RIGHT_X : 0));
    }
    if (op_attach(entry, frame, shadow_rights((uint32_t)frame | shadow), 0,
                  0) != OK) {
        frames_give(frame);
        frame = 0;
    }
    return frame;
}

/* A shadow that is not in use, for a table of entries of that level; 0: none.
 * In shadows[] and some[] are a former table's words, perhaps of a process that
 * stored there what it liked. */
static uint32_t copy_take(struct address_space *s, unsigned level,
                          uint64_t frame)
{
    uint32_t n = SPACE_ROOT;
    while (n <= s->tables && s->table[n].frame != 0) {
        n++; /* the lowest, so that fork copies few */
    }
    if (n >= SPACE_TABLES || (n > s->tables && !space_grow(n))) {
        return 0;
    }
    if (n > s->tables) {
        s->tables = n;
    }
    struct table *t = &s->table[n];
    t->frame = frame;
    t->level = level;
    t->uses = 1;
    t->old = t->place = 0;
    return n;
}

uint32_t table_new(struct address_space *s, unsigned level)
{
    uint64_t frame = table_take(s, level + 1, KIND_TABLE);
    uint32_t n = frame == 0 ? 0 : copy_take(s, level, frame);
    if (n != 0) {
        memset(s->table[n].shadows, 0, sizeof(s->table[n].shadows));
        memset(s->table[n].some, 0, sizeof(s->table[n].some));
    }
    if (n == 0 && frame != 0) {
        frames_give(frame);
    }
    return n;
}

uint32_t table_put(struct address_space *s, uint32_t p, unsigned i, uint32_t n)
{
    struct table *t = &s->table[p];
    uint64_t frame = s->table[n].frame;
    if (op_attach(entry_name(t->frame, i), frame, TABLE_WRITABLE, 0, 0) != OK) {
        return 0;
    }
    table_note(t, i, (uint32_t)frame | SHADOW_W);
    t->below[i] = (uint16_t)n;
    return n;
}

static uint32_t table_make(struct address_space *s, uint32_t p, unsigned i)
{
    uint32_t n = table_new(s, s->table[p].level - 1);
    if (n != 0 && table_put(s, p, i, n) == 0) {
        frames_give(s->table[n].frame);
        s->table[n].frame = 0;
        n = 0;
    }
    return n;
}

/* The rights word of an entry through which this process must not store. */
static uint64_t readonly(const struct table *t, unsigned i)
{
    return t->level > 1 && !superpage_is(t, i)
               ? TABLE_READONLY
               : shadow_rights(t->shadows[i] & ~SHADOW_W);
}

/* Attaches to a new directory all that an old one, held by `via`, has.
 * False: the tables are not what the shadows say. */
static bool cow_fill(struct address_space *s, struct table *new,
                     const struct table *old, uint64_t via)
{
    bool done = true;
    for (unsigned i = table_next(old->some, 0); i < TABLE_ENTRIES;
         i = table_next(old->some, i + 1)) {
        uint32_t frame = shadow_frame(old->shadows[i]);
        table_note(new, i, frame);
        new->below[i] = old->below[i];
        s->table[new->below[i]].uses += new->below[i] != 0;
        done &= op_attach(entry_name(new->frame, i), frame, readonly(new, i),
                          entry_name(old->frame, i), via) == OK;
    }
    return done;
}

/* A table of my own instead of the one that entry i of table p shares. */
static uint32_t cow_replace(struct address_space *s, uint32_t p, unsigned i)
{
    uint64_t entry = entry_name(s->table[p].frame, i);
    uint32_t old = s->table[p].below[i];
    uint64_t was = s->table[old].frame;
    uint32_t n = table_new(s, s->table[old].level);
    bool pages = s->table[old].level == 1;
    if (n == 0) {
        return 0;
    }
    /* The old table is named by way of `entry`, so its pages or tables must be
     * safe elsewhere before it leaves it. */
    bool done = pages ? replaced_put(s, n, old, entry)
                      : cow_fill(s, &s->table[n], &s->table[old], entry);
    op_update(entry, was, RIGHTS_NONE);
    done &= table_put(s, p, i, n) != 0;
    if (!pages) { /* a table of pages has another user now: its place */
        reclaim_table(s, old);
    }
    return done ? n : 0;
}

/* Lets stores through to a table of mine that nobody shares any more. While
 * it was shared, others may have taken what it holds into tables of their
 * own: that stays read-only. */
static uint32_t cow_reopen(struct address_space *s, uint32_t p, unsigned i)
{
    uint32_t n = s->table[p].below[i];
    struct table *t = &s->table[n];
    for (unsigned k = table_next(t->some, 0); k < TABLE_ENTRIES;
         k = table_next(t->some, k + 1)) {
        uint32_t shadow = t->shadows[k];
        if (!(shadow & SHADOW_W) || (t->level == 1 && shadow & SHADOW_SHARED) ||
            table_is_only_mine(s, shadow_frame(shadow))) {
            continue;
        }
        /* W on what others have must go before W on the way comes back. */
        t->shadows[k] = shadow & ~SHADOW_W;
        op_update(entry_name(t->frame, k), shadow_frame(shadow),
                  readonly(t, k));
    }
    op_update(entry_name(s->table[p].frame, i), t->frame, TABLE_WRITABLE);
    s->table[p].shadows[i] |= SHADOW_W;
    return n;
}

uint32_t cow_table(struct address_space *s, uint32_t p, unsigned i)
{
    uint32_t shadow = s->table[p].shadows[i];
    if (shadow == 0) {
        return table_make(s, p, i);
    }
    if (shadow & SHADOW_W) {
        return s->table[p].below[i];
    }
    return table_is_only_mine(s, shadow_frame(shadow)) ? cow_reopen(s, p, i)
                                                       : cow_replace(s, p, i);
}

uint64_t table_place(struct address_space *s, uint64_t va, uint32_t *index)
{
    unsigned i = table_index(va, 2);
    uint32_t d = cow_table(s, SPACE_ROOT, table_index(va, 3));
    *index = d;
    return d == 0 || s->table[d].shadows[i] != 0
               ? 0
               : entry_name(s->table[d].frame, i);
}

bool table_adopt(struct address_space *s, uint32_t p, unsigned i,
                 uint64_t frame, const uint32_t *shadows, const uint64_t *some)
{
    uint32_t n = copy_take(s, 1, frame);
    if (n == 0) {
        return false;
    }
    memcpy(s->table[n].shadows, shadows, sizeof(s->table[n].shadows));
    memcpy(s->table[n].some, some, sizeof(s->table[n].some));
    table_note(&s->table[p], i, (uint32_t)frame);
    s->table[p].below[i] = (uint16_t)n;
    return true;
}

uint32_t table_shadow(const struct address_space *s, uint32_t index, unsigned i)
{
    uint32_t shadow = s->table[index].shadows[i];
    uint32_t old = s->table[index].old;
    if (shadow != 0 || old == 0) {
        return shadow == SHADOW_OLD ? 0 : shadow;
    }
    while ((shadow = s->table[old].shadows[i]) == 0 && s->table[old].old != 0) {
        old = s->table[old].old;
    }
    if (shadow_frame(shadow) == 0) {
        return 0;
    }
    return (shadow & SHADOW_SHARED ? shadow : shadow & ~SHADOW_W) | SHADOW_OLD;
}
