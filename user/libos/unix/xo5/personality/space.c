/*
 * Pages in the process's tables. Each function first makes sure that the tables
 * on the way are the process's own and writable (space_entry), then changes one
 * entry by an operation, and notes it in the shadow: in that order, so a death
 * in between leaves at worst an entry that the shadow does not know, which the
 * keeper finds.
 *
 * A walk over a range goes by the shadow's bitmaps from one page to the next
 * that is there, also through replaced tables: its cost is what is mapped, not
 * how large the range is.
 */
#include "libos/unix/xo5/personality/space.h"

#include <stddef.h>

#include "lib/operations.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/reclaim.h"
#include "libos/unix/xo5/personality/replaced.h"
#include "libos/unix/xo5/personality/superpage.h"

static uint64_t size_of(unsigned level)
{
    return PAGE_SIZE << 9 * (level - 1);
}

uint32_t space_find(const struct address_space *s, uint64_t va)
{
    uint32_t n = SPACE_ROOT, open = SHADOW_W;
    for (unsigned level = SPACE_LEVELS; level > 1; level--) {
        uint32_t shadow = s->table[n].shadows[table_index(va, level)];
        if (shadow == 0) { /* nothing, and so nothing beneath */
            return 0;
        }
        open &= shadow;
        n = s->table[n].below[table_index(va, level)];
        if (n == 0) { /* a superpage */
            return shadow & (open | ~SHADOW_W);
        }
    }
    return table_shadow(s, n, table_index(va, 1)) & (open | ~SHADOW_W);
}

uint64_t space_entry(struct address_space *s, uint64_t va, uint32_t *index)
{
    uint32_t n = SPACE_ROOT;
    for (unsigned level = SPACE_LEVELS; level > 1 && n != 0; level--) {
        unsigned i = table_index(va, level);
        uint32_t shadow = s->table[n].shadows[i], below = s->table[n].below[i];
        if (!(shadow & SHADOW_W) || below == 0) {
            below = superpage_is(&s->table[n], i) ? superpage_split(s, n, va)
                                                  : cow_table(s, n, i);
        }
        n = below;
    }
    *index = n;
    return n == 0 ? 0 : entry_name(s->table[n].frame, table_index(va, 1));
}

/* Attaches a page of mine to an empty entry. */
static bool put(struct address_space *s, uint32_t index, uint64_t va,
                uint32_t shadow)
{
    unsigned i = table_index(va, 1);
    if (op_attach(entry_name(s->table[index].frame, i), shadow_frame(shadow),
                  shadow_rights(shadow), 0, 0) != OK) {
        return false;
    }
    table_note(&s->table[index], i, shadow);
    return true;
}

static uint32_t shadow_of(uint64_t frame, unsigned rights)
{
    return (uint32_t)frame | (rights & RIGHT_W ? SHADOW_W : 0) |
           (rights & RIGHT_X ? SHADOW_X : 0);
}

bool space_fill(struct address_space *s, uint64_t va, unsigned rights)
{
    uint32_t index, shadow = shadow_of(0, rights);
    uint64_t entry = space_entry(s, va, &index);
    uint64_t frame = entry == 0 ? 0 : table_page(s, entry, 1, shadow);
    if (frame != 0) {
        table_note(&s->table[index], table_index(va, 1),
                   (uint32_t)frame | shadow);
    }
    return frame != 0;
}

bool space_return(struct address_space *s, uint64_t va, unsigned rights)
{
    uint32_t index;
    if (space_entry(s, va, &index) == 0) {
        return false;
    }
    return put(
        s, index, va,
        shadow_of(shadow_frame(table_shadow(s, index, table_index(va, 1))),
                  rights));
}

/* Copies a page; both are multiples of it. */
static void page_copy(void *to, const void *from)
{
    uint64_t words = PAGE_SIZE / 8;
    __asm__ volatile("rep movsq"
                     : "+D"(to), "+S"(from), "+c"(words)
                     :
                     : "memory");
}

/* Takes a page out of its entry; an older table has it still. */
static void take_out(struct address_space *s, uint32_t index, unsigned i)
{
    uint32_t shadow = s->table[index].shadows[i];
    if (shadow_is_there(shadow)) {
        op_update(entry_name(s->table[index].frame, i), shadow_frame(shadow),
                  RIGHTS_NONE);
    }
    /* With a replaced table behind it, 0 would say "see there": SHADOW_OLD
     * alone says that the page is gone, whatever is there. */
    table_note(&s->table[index], i, s->table[index].old == 0 ? 0 : SHADOW_OLD);
    if (shadow_frame(shadow) != 0) {
        reclaim_page(s, shadow_frame(shadow));
    }
}

bool space_pull(struct address_space *s, uint64_t va)
{
    uint32_t index;
    return space_entry(s, va, &index) != 0 &&
           replaced_pull(s, index, table_index(va, 1));
}

/* Is the page, in a table of mine, one that nobody else can see? */
static bool is_page_mine(const struct address_space *s, uint32_t shadow)
{
    return !(shadow & SHADOW_OLD) &&
           (shadow & SHADOW_SHARED ||
            table_is_only_mine(s, shadow_frame(shadow)));
}

/* Puts a page of this process's own in place of one that others have, with
 * what is in that, which can be read at `from`. */
static bool put_copy(struct address_space *s, uint64_t va, uint32_t index,
                     const void *from)
{
    unsigned i = table_index(va, 1);
    uint32_t shadow = table_shadow(s, index, i);
    if (!(shadow & SHADOW_OLD)) {
        take_out(s, index, i);
    }
    shadow = SHADOW_W | (shadow & SHADOW_X);
    uint64_t frame =
        table_page(s, entry_name(s->table[index].frame, i), 1, shadow);
    if (frame == 0) {
        return false;
    }
    table_note(&s->table[index], i, (uint32_t)frame | shadow);
    page_copy((void *)(va & ~(PAGE_SIZE - 1)), from);
    return true;
}

bool space_copy(struct address_space *s, uint64_t va)
{
    static uint64_t page[PAGE_SIZE / 8] SCRATCH;
    uint32_t index;
    unsigned i = table_index(va, 1);
    uint32_t d = s->table[SPACE_ROOT].below[table_index(va, 3)];
    if (superpage_is(&s->table[d], table_index(va, 2)) &&
        superpage_copy(s, va)) {
        return true;
    }
    uint64_t entry = space_entry(s, va, &index);
    if (entry == 0) {
        return false;
    }
    uint32_t shadow = table_shadow(s, index, i);
    if (shadow & SHADOW_OLD) {
        const void *from = replaced_page(s, index, i);
        return shadow & SHADOW_SHARED
                   ? replaced_pull(s, index, i)
                   : from != NULL && put_copy(s, va, index, from);
    }
    /* The only other one that has it may be a table of mine that nobody holds
     * any more, and that was not swept up yet. */
    if (!is_page_mine(s, shadow) && s->deferred_count) {
        reclaim_sweep(s);
    }
    if (is_page_mine(s, shadow)) {
        shadow |= SHADOW_W;
        table_note(&s->table[index], i, shadow);
        return op_update(entry, shadow_frame(shadow), shadow_rights(shadow)) ==
               OK;
    }
    /* By way of a buffer: the entry can hold one page at a time, so the old one
     * must go before the new one can be stored to at its address. */
    page_copy(page, (const void *)(va & ~(PAGE_SIZE - 1)));
    return put_copy(s, va, index, page);
}

/* The entry of a page in tables of the process's own, attached there. */
static bool page_own(struct address_space *s, uint64_t va, uint32_t *index)
{
    return space_entry(s, va, index) != 0 &&
           (!(table_shadow(s, *index, table_index(va, 1)) & SHADOW_OLD) ||
            replaced_pull(s, *index, table_index(va, 1)));
}

/* What walk does with each page that is there, when all tables on the way are
 * the process's own. False ends the walk. */
typedef bool page_visit(struct address_space *s, uint64_t va, uint32_t index,
                        unsigned rights);

/* The first page from i on that a table, or one of those that it takes its
 * pages from, may have; TABLE_ENTRIES: none. */
static unsigned next_page(const struct address_space *s, uint32_t index,
                          unsigned i)
{
    unsigned next = TABLE_ENTRIES;
    for (; index != 0; index = s->table[index].old) {
        unsigned here = table_next(s->table[index].some, i);
        next = here < next ? here : next;
    }
    return next;
}

static bool walk(struct address_space *s, uint64_t va, uint64_t end,
                 page_visit *visit, unsigned rights)
{
    while (va < end) {
        uint32_t top = s->table[SPACE_ROOT].shadows[table_index(va, 3)];
        uint32_t d = s->table[SPACE_ROOT].below[table_index(va, 3)];
        unsigned k = table_index(va, 2);
        unsigned used =
            top == 0 ? TABLE_ENTRIES : table_next(s->table[d].some, k);
        if (used != k) {
            va = (va & ~(size_of(2) - 1)) + (used - k) * size_of(2);
        } else {
            uint32_t index = s->table[d].below[k];
            if (index == 0 && space_entry(s, va, &index) == 0) {
                return false;
            }
            unsigned i = table_index(va, 1), next = next_page(s, index, i);
            va += (next - i) * PAGE_SIZE;
            if (next == TABLE_ENTRIES || va >= end) {
                continue;
            }
            if (table_shadow(s, index, next) != 0 &&
                (space_entry(s, va, &index) == 0 ||
                 !visit(s, va, index, rights))) {
                return false;
            }
            va += PAGE_SIZE;
        }
    }
    return true;
}

/* No rights: the page is put away, a copy of it if it is not mine. */
static bool put_away(struct address_space *s, uint64_t va, uint32_t index)
{
    unsigned i = table_index(va, 1);
    if (s->table[index].shadows[i] & SHADOW_AWAY) {
        return true;
    }
    if (!(s->table[index].shadows[i] & SHADOW_W) && !space_copy(s, va)) {
        return false;
    }
    uint32_t frame = shadow_frame(s->table[index].shadows[i]);
    if (!table_is_only_mine(s, frame)) {
        return false; /* borrowed: with no entry it would be the keeper's */
    }
    op_update(entry_name(s->table[index].frame, i), frame, RIGHTS_NONE);
    table_note(&s->table[index], i, frame | SHADOW_AWAY);
    return true;
}

static bool protect(struct address_space *s, uint64_t va, uint32_t index,
                    unsigned rights)
{
    unsigned i = table_index(va, 1);
    if (!page_own(s, va, &index)) {
        return false;
    }
    uint32_t shadow = s->table[index].shadows[i];
    if (!(rights & RIGHT_R)) {
        return shadow & SHADOW_SHARED ? true : put_away(s, va, index);
    }
    if (shadow & SHADOW_AWAY) {
        return true; /* the fault brings it back, with its rights */
    }
    shadow &= ~SHADOW_X;
    shadow |= rights & RIGHT_X ? SHADOW_X : 0;
    shadow &= rights & RIGHT_W ? ~UINT32_C(0) : ~SHADOW_W;
    if (shadow != s->table[index].shadows[i]) {
        table_note(&s->table[index], i, shadow);
        op_update(entry_name(s->table[index].frame, i), shadow_frame(shadow),
                  shadow_rights(shadow));
    }
    return true;
}

bool space_protect(struct address_space *s, uint64_t va, uint64_t end,
                   unsigned rights)
{
    return walk(s, va, end, protect, rights);
}

static bool clear_page(struct address_space *s, uint64_t va, uint32_t index,
                       unsigned rights)
{
    (void)rights;
    take_out(s, index, table_index(va, 1));
    return true;
}

/* Takes a whole table, or a superpage, out of entry i of table p, and apart if
 * it is mine. */
static void table_drop(struct address_space *s, uint32_t p, unsigned i)
{
    uint32_t n = s->table[p].below[i];
    uint64_t frame = shadow_frame(s->table[p].shadows[i]);
    op_update(entry_name(s->table[p].frame, i), frame, RIGHTS_NONE);
    table_note(&s->table[p], i, 0);
    s->table[p].below[i] = 0;
    reclaim_table(s, n);
    if (n == 0) {
        reclaim_page(s, frame);
    }
}

/* Whole tables of that level in the range. False: no memory. */
static bool clear_tables(struct address_space *s, uint64_t va, uint64_t end,
                         unsigned level)
{
    uint64_t size = size_of(level);
    va = (va + size - 1) & ~(size - 1);
    while (va < end && end - va >= size) {
        unsigned top = table_index(va, 3), i = table_index(va, level);
        uint32_t p = level == 3 ? SPACE_ROOT : s->table[SPACE_ROOT].below[top];
        unsigned next =
            p == 0 ? TABLE_ENTRIES : table_next(s->table[p].some, i);
        va += (next - i) * size;
        if (next == TABLE_ENTRIES || va >= end || end - va < size) {
            continue;
        }
        if (level == 2 && (p = cow_table(s, SPACE_ROOT, top)) == 0) {
            return false;
        }
        table_drop(s, p, next);
        va += size;
    }
    return true;
}

bool space_clear(struct address_space *s, uint64_t va, uint64_t end)
{
    /* The largest first: what a whole table holds is not looked at. */
    return clear_tables(s, va, end, 3) && clear_tables(s, va, end, 2) &&
           walk(s, va, end, clear_page, 0);
}

void space_drop(struct address_space *s, unsigned index)
{
    table_drop(s, SPACE_ROOT, index);
}

bool space_move(struct address_space *s, uint64_t from, uint64_t to)
{
    uint32_t here, there;
    if (space_find(s, from) == 0) {
        return true;
    }
    if (!page_own(s, from, &here) || space_entry(s, to, &there) == 0) {
        return false;
    }
    unsigned i = table_index(from, 1), k = table_index(to, 1);
    uint32_t shadow = s->table[here].shadows[i];
    uint64_t entry = entry_name(s->table[here].frame, i);
    if (!(shadow & SHADOW_AWAY)) {
        if (op_attach(entry_name(s->table[there].frame, k),
                      shadow_frame(shadow), shadow_rights(shadow), entry,
                      0) != OK) {
            return false;
        }
        op_update(entry, shadow_frame(shadow), RIGHTS_NONE);
    }
    table_note(&s->table[there], k, shadow);
    table_note(&s->table[here], i, s->table[here].old == 0 ? 0 : SHADOW_OLD);
    return true;
}
