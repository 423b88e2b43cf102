/*
 * Pages of files, when they are touched. A program's text is the same in all
 * processes that run it: so the keeper makes one table for 2 MiB of it (a
 * shared table) and attaches that, one operation for up to 512 pages. That
 * works while nothing else is in those 2 MiB and nothing of it is stored to;
 * then single pages are brought, with their neighbours.
 *
 * A store replaces the shared table, as any that is shared. The pages that most
 * processes touch are then brought from it at once (filemap_prefetch), as far
 * as the keeper has learnt which those are: else each would cost a fault.
 */
#include "libos/unix/xo5/personality/filemap.h"

#include "abi/rights.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/memory/truncate.h"
#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/machine.h"
#include "libos/unix/xo5/personality/replaced.h"

/* Pages that are brought together: a request to the keeper costs as much as
 * some operations, and who reads one page of a file reads the next. */
#define AROUND 8
#define TABLE_MASK (LIBOS_TABLE - 1ull)

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What of those 2 MiB is pages of files: the link's ranges; how many. */
static uint64_t ranges_in(uint64_t start, struct link_range *ranges)
{
    uint64_t end = start + LIBOS_TABLE, count = 0;
    const struct region *r = region_next(start);
    for (; r != 0 && r->start < end && count < LINK_RANGES;
         r = region_next(r->end)) {
        if (r->file != 0 && r->rights != 0 && !(r->flags & REGION_SHARED)) {
            uint64_t from = later(r->start, start), to = earlier(r->end, end);
            ranges[count++] = (struct link_range){
                r->file, region_page(r, from), table_index(from, 1),
                (uint16_t)((to - from) / PAGE), r->rights & RIGHTS_RWX};
        }
    }
    return count;
}

/* What is likely of the tables that came last, until they are replaced. */
#define LIKELY 4
static struct likely {
    uint64_t frame; /* 0: none */
    uint64_t likely[TABLE_ENTRIES / 64], stored[TABLE_ENTRIES / 64];
} soon[LIKELY];
static unsigned soon_next;

static void likely_note(const struct link *link)
{
    struct likely *l = &soon[soon_next++ % LIKELY];
    l->frame = link->a[0];
    memcpy(l->likely, link->likely, sizeof(l->likely));
    memcpy(l->stored, link->stored, sizeof(l->stored));
}

static void likely_bring(struct address_space *s, uint64_t start,
                         uint32_t index, const struct likely *l)
{
    for (unsigned i = table_next(l->likely, 0); i < TABLE_ENTRIES;
         i = table_next(l->likely, i + 1)) {
        uint32_t shadow = table_shadow(s, index, i);
        if (!(shadow & SHADOW_OLD) || !shadow_is_there(shadow)) {
            continue;
        }
        if (l->stored[i / 64] >> i % 64 & 1) {
            space_copy(s, start + i * PAGE);
        } else {
            replaced_pull(s, index, i);
        }
    }
}

void filemap_prefetch(struct address_space *s, uint64_t va)
{
    uint32_t index;
    if (soon_next == 0 || space_entry(s, va, &index) == 0) {
        return;
    }
    uint32_t old = s->table[index].old;
    for (unsigned n = 0; old != 0 && n < LIKELY; n++) {
        if (soon[n].frame == s->table[old].frame) {
            soon[n].frame = 0;
            likely_bring(s, va & ~TABLE_MASK, index, &soon[n]);
        }
    }
}

/* Has one table attached for those 2 MiB, if there is none. */
static void bring_table(struct address_space *s, uint64_t va)
{
    struct link *link = machine_link();
    uint32_t d;
    uint64_t entry = table_place(s, va, &d);
    if (entry == 0) {
        return;
    }
    uint64_t count = ranges_in(va & ~TABLE_MASK, link->ranges);
    if (machine_ask(LINK_TABLE, entry, count, 0, 0) != 0) {
        return;
    }
    if (!table_adopt(s, d, table_index(va, 2), link->a[0], link->shadows,
                     link->some)) {
        op_update(entry, link->a[0], RIGHTS_NONE); /* no shadow: it must go */
        return;
    }
    likely_note(link);
}

/* Names the entries of the page and its neighbours in link->pages, as far as
 * nothing is there; the first of them; how many in *count. */
static uint64_t name_entries(const struct address_space *s, uint32_t index,
                             uint64_t va, const struct region *r,
                             uint64_t *count)
{
    uint64_t group = va & ~(AROUND * PAGE - 1);
    uint64_t from = later(r->start, group);
    uint64_t to = earlier(r->end, group + AROUND * PAGE);
    *count = (to - from) / PAGE;
    for (uint64_t n = 0; n < *count; n++) {
        unsigned i = table_index(from + n * PAGE, 1);
        machine_link()->pages[n] = table_shadow(s, index, i) != 0
                                       ? 0
                                       : entry_name(s->table[index].frame, i);
    }
    return from;
}

/* The shadow entry of a page that was brought for a region. */
static uint32_t shadow_for(const struct region *r)
{
    uint32_t runs = r->rights & RIGHT_X ? SHADOW_X : 0;
    if (!(r->flags & REGION_SHARED)) {
        return SHADOW_FIXED | runs;
    }
    return SHADOW_SHARED | runs |
           (r->rights & RIGHT_W ? SHADOW_W : SHADOW_FIXED);
}

static bool bring_pages(struct address_space *s, uint64_t va,
                        const struct region *r, bool *lacking)
{
    struct link *link = machine_link();
    uint32_t index, how = shadow_for(r);
    uint64_t count, shared = r->flags & REGION_SHARED ? LINK_SHARED : 0;
    if (space_entry(s, va, &index) == 0) {
        *lacking = true;
        return true;
    }
    uint64_t from = name_entries(s, index, va, r, &count);
    int64_t error = machine_ask(LINK_MAPPED, r->file, region_page(r, from),
                                count, (r->rights & RIGHTS_RWX) | shared);
    for (uint64_t n = 0; !error && n < count; n++) {
        if (link->pages[n] != 0 && link->pages[n] != LINK_PAST) {
            table_note(&s->table[index], table_index(from + n * PAGE, 1),
                       (uint32_t)link->pages[n] | how);
        }
    }
    uint64_t frame = error ? LINK_PAST : link->pages[(va - from) / PAGE];
    bool hole = frame == 0 && !(shared && r->rights & RIGHT_W);
    *lacking = hole ? !space_fill(s, va, r->rights) : frame == 0;
    return frame != LINK_PAST;
}

bool filemap_bring(struct address_space *s, uint64_t va,
                   const struct region *region, bool *lacking)
{
    if (!(region->flags & REGION_SHARED)) {
        bring_table(s, va);
    }
    bool there = space_find(s, va) != 0 || bring_pages(s, va, region, lacking);
    /* A fault is no call: nobody else would look before the program goes on. */
    if (request_truncated) {
        truncate_look();
    }
    return there;
}
