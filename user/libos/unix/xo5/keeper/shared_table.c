/*
 * One table of pages for all processes that map the same ranges of the same
 * files. What is the same is told by the files' versions: a file that changes
 * gets another one, so a table is never changed, only found no more; the old
 * one goes when its last process lets go of it.
 *
 * To be quick where a process has replaced the table by its own (it stored to a
 * page of those 2 MiB), the keeper learns which pages are touched: from every
 * fourth process that ends, by what its own table had in the end. The newest
 * lesson counts for a fourth, so a change of habit is learnt in a few.
 */
#include "libos/unix/xo5/keeper/shared_table.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/shadow.h"

#define SHARED_TABLES_MAX 512
#define OFTEN 255u
/* Of so many processes that end, one is listened to: learning looks at each
 * page of the table, which all exits would pay. */
#define LESSON 4

/* One of them, in a page of its own. */
struct shared_table {
    uint64_t frame;
    uint32_t count;
    struct shared_range ranges[LINK_RANGES];
    uint32_t lessons; /* how many processes told what they touched */
    uint64_t some[TABLE_ENTRIES / 64];
    uint64_t likely[TABLE_ENTRIES / 64], stored[TABLE_ENTRIES / 64];
    uint32_t shadows[TABLE_ENTRIES];
    uint8_t often[TABLE_ENTRIES]; /* how often a page was touched, of 255 */
};

_Static_assert(sizeof(struct shared_table) <= KEEPER_PAGE, "it is a page");

static struct {
    uint32_t page; /* its struct shared_table's; 0: none */
    uint32_t last; /* when it was asked for last, counted in questions */
    uint64_t sum;  /* of its ranges: most others differ in it, and its page
                      need not be looked at */
} all[SHARED_TABLES_MAX];
static unsigned top; /* all in use are below */
static uint32_t questions;

static struct shared_table *shared_table_at(unsigned n)
{
    return machine_page(all[n].page);
}

static uint64_t sum_of(const struct shared_range *ranges, unsigned count)
{
    uint64_t sum = count;
    for (unsigned n = 0; n < count; n++) {
        const struct shared_range *r = &ranges[n];
        sum = sum * 31 + r->version;
        sum = sum * 31 + ((uint64_t)r->first << 32 | (uint32_t)r->at << 16) +
              r->count + ((uint64_t)r->rights << 12);
    }
    return sum;
}

/* Where the one with those ranges is; `top` if there is none. */
static unsigned find(const struct shared_range *ranges, unsigned count,
                     uint64_t sum)
{
    unsigned n = 0;
    while (n < top && !(all[n].page != 0 && all[n].sum == sum &&
                        shared_table_at(n)->count == count &&
                        memcmp(shared_table_at(n)->ranges, ranges,
                               count * sizeof(*ranges)) == 0)) {
        n++;
    }
    return n;
}

/* Takes a table apart that nobody has. */
static void give(unsigned n)
{
    const struct shared_table *c = shared_table_at(n);
    for (unsigned i = table_next(c->some, 0); i < TABLE_ENTRIES;
         i = table_next(c->some, i + 1)) {
        op_update(entry_name(c->frame, i), shadow_frame(c->shadows[i]),
                  RIGHTS_NONE);
    }
    frames_give(c->frame);
    machine_page_give(all[n].page);
    all[n].page = 0;
}

static bool is_unused(unsigned n)
{
    return all[n].page != 0 &&
           books_frame(shared_table_at(n)->frame)->refs == 0;
}

/* A free place; the oldest unused one goes if there is none. SHARED_TABLES_MAX:
 * all are in use. */
static unsigned place(void)
{
    unsigned oldest = SHARED_TABLES_MAX;
    for (unsigned n = 0; n < SHARED_TABLES_MAX; n++) {
        if (all[n].page == 0) {
            return n;
        }
        if (is_unused(n) &&
            (oldest == SHARED_TABLES_MAX || all[n].last < all[oldest].last)) {
            oldest = n;
        }
    }
    if (oldest != SHARED_TABLES_MAX) {
        give(oldest);
    }
    return oldest;
}

/* Attaches the pages of a range; false: the kernel has no room for it. */
static bool fill(struct shared_table *c, const struct shared_range *r)
{
    uint32_t how = SHADOW_FIXED | (r->rights & RIGHT_X ? SHADOW_X : 0);
    for (unsigned k = 0; k < r->count; k++) {
        uint32_t page = keeper_mapped_page(r->number, (uint64_t)r->first + k);
        unsigned i = r->at + k;
        if (page == 0) {
            continue;
        }
        uint32_t shadow = (uint32_t)memory_frame(page) | how;
        if (op_attach(entry_name(c->frame, i), shadow_frame(shadow),
                      shadow_rights(shadow), 0, 0) != OK) {
            return false;
        }
        c->shadows[i] = shadow;
        c->some[i / 64] |= UINT64_C(1) << i % 64;
    }
    return true;
}

/* Makes one at a free place; false: no memory. */
static bool make(unsigned n, const struct shared_range *ranges, unsigned count)
{
    uint32_t page = machine_page_take();
    uint64_t frame = page == 0 ? 0 : frames_take(2, KIND_TABLE, SLOT_INIT);
    if (frame == 0) {
        if (page != 0) {
            machine_page_give(page);
        }
        return false;
    }
    struct shared_table *c = machine_page(page);
    c->frame = frame;
    c->count = count;
    memcpy(c->ranges, ranges, count * sizeof(*ranges));
    all[n].page = page;
    bool done = true;
    for (unsigned k = 0; done && k < count; k++) {
        done = fill(c, &ranges[k]);
    }
    if (!done) {
        give(n);
    }
    return done;
}

uint64_t shared_table_get(const struct shared_range *ranges, unsigned count,
                          struct link *link)
{
    uint64_t sum = sum_of(ranges, count);
    unsigned n = find(ranges, count, sum);
    if (n == top) {
        n = place();
        if (n == SHARED_TABLES_MAX ||
            (!make(n, ranges, count) &&
             !(shared_table_sweep() && make(n, ranges, count)))) {
            return 0;
        }
        all[n].sum = sum;
        top = n < top ? top : n + 1;
    }
    const struct shared_table *c = shared_table_at(n);
    all[n].last = ++questions;
    memcpy(link->shadows, c->shadows, sizeof(c->shadows));
    memcpy(link->some, c->some, sizeof(c->some));
    memcpy(link->likely, c->likely, sizeof(c->likely));
    memcpy(link->stored, c->stored, sizeof(c->stored));
    return c->frame;
}

static void set_bit(uint64_t *bits, unsigned i, bool value)
{
    uint64_t bit = UINT64_C(1) << i % 64;
    bits[i / 64] = value ? bits[i / 64] | bit : bits[i / 64] & ~bit;
}

/* The newest lesson counts for a fourth of all. */
static void learn(struct shared_table *c, const struct table *own)
{
    for (unsigned i = table_next(c->some, 0); i < TABLE_ENTRIES;
         i = table_next(c->some, i + 1)) {
        uint32_t shadow = own->shadows[i];
        unsigned now = shadow_frame(shadow) != 0 ? OFTEN : 0;
        c->often[i] =
            (uint8_t)(c->lessons == 1 ? now : (3 * c->often[i] + now) / 4);
        set_bit(c->likely, i, c->often[i] > OFTEN / 2);
        if (now != 0) {
            set_bit(c->stored, i,
                    shadow_frame(shadow) != shadow_frame(c->shadows[i]));
        }
    }
}

void shared_table_learn(uint64_t frame, const struct table *own)
{
    unsigned n = 0;
    while (n < top &&
           (all[n].page == 0 || shared_table_at(n)->frame != frame)) {
        n++;
    }
    if (n < top && shared_table_at(n)->lessons++ % LESSON == 0) {
        learn(shared_table_at(n), own);
    }
}

bool shared_table_sweep(void)
{
    bool some = false;
    for (unsigned n = 0; n < top; n++) {
        if (is_unused(n)) {
            give(n);
            some = true;
        }
    }
    return some;
}
