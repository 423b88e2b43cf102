/* attach, update and swap, on entries of tables. */
#include "proof/search/sight.h"

#define SHARED(ceiling) ((ceiling) | RIGHT_SHARE)

/* Rights at their ceiling, the least of both, and the least below the
 * highest ceiling; and what no entry can have. */
static void add_rights(struct menu *menu)
{
    menu_add(menu, RIGHTS(RIGHT_R | RIGHT_W, SHARED(RIGHT_R | RIGHT_W)));
    menu_add(menu, RIGHTS(RIGHT_R, RIGHT_R));
    menu_add(menu, RIGHTS(RIGHT_R, SHARED(RIGHTS_RWX)));
}

static void wrong_rights(struct menu *menu)
{
    menu_wrong(menu, RIGHTS(RIGHT_W, RIGHTS_RWX));
    menu_wrong(menu, RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R));
    menu_wrong(menu, RIGHTS(SHARED(RIGHT_R), SHARED(RIGHTS_RWX)));
    menu_wrong(menu, RIGHTS_ASK | RIGHTS_VITAL);
    menu_wrong(menu, UINT64_C(1) << 32);
}

static void wrong_entries(const struct sight *s, struct menu *menu)
{
    menu_wrong(menu, s->forged.value[0]);
    menu_wrong(menu, s->forged.value[0] + 1);
    menu_wrong(menu, (FRAME_CONTEXT_1 + 1) * TABLE_ENTRIES);
    menu_wrong(menu, ENTRY_COUNT);
    menu_wrong(menu, UINT64_C(1) << 52);
}

static void wrong_one(struct menu *menu, const struct menu *of, unsigned n)
{
    if (of->count > n) {
        menu_wrong(menu, of->value[n]);
    }
}

static void wrong_resources(const struct sight *s, struct menu *menu)
{
    wrong_one(menu, &s->resources, 1);
    wrong_one(menu, &s->lower, 0);
    wrong_one(menu, &s->free, 0);
    menu_wrong(menu, FRAMES_MAX);
    menu_wrong(menu, RESOURCE_NONE);
}

/* The first entry of a menu whose table I may edit, or its first. */
static uint64_t first_mine(const struct sight *s, uint64_t me,
                           const struct menu *of)
{
    for (unsigned n = 0; n < of->count; n++) {
        if (spec_edits(s->w, me, of->value[n] / TABLE_ENTRIES)) {
            return of->value[n];
        }
    }
    return of->count ? of->value[0] : 0;
}

static unsigned level_of(const struct sight *s, uint64_t entry)
{
    return s->w->facts.frames[entry / TABLE_ENTRIES].level;
}

/* ---- attach -------------------------------------------------------------- */

/* One resource into one entry, from every source. */
static void attach_one(const struct sight *s, uint64_t me, uint64_t entry,
                       uint64_t resource, struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_ATTACH);
    struct menu *m = order.menu;
    menu_add(&m[0], entry);
    menu_add(&m[1], resource);
    add_rights(&m[2]);
    m[2].good = spec_mine(s->w, me, resource) ? m[2].count : 1;
    order_good(&order); /* with source 0 */
    m[2].good = m[2].count;
    for (unsigned n = 0; n < s->live.count; n++) {
        uint64_t source = s->live.value[n];
        if (!spec_holds(s->w, source, resource)) {
            continue;
        }
        m[3].good = m[3].count = m[4].good = m[4].count = 0;
        menu_add(&m[3], source);
        menu_add(&m[4], 0);
        for (unsigned v = 0; v < s->live.count; v++) {
            if (spec_holds(s->w, s->live.value[v], source / TABLE_ENTRIES)) {
                menu_add(&m[4], s->live.value[v]);
            }
        }
        order_good(&order);
    }
}

/* Sources that hold nothing, or another resource, or look like entries. */
static void attach_wrong(const struct sight *s, uint64_t me,
                         struct calls *calls)
{
    static struct order order;
    uint64_t entry = first_mine(s, me, &s->empty);
    order_begin(&order, calls, me, OP_ATTACH);
    struct menu *m = order.menu;
    menu_add(&m[0], entry);
    wrong_entries(s, &m[0]);
    wrong_one(&m[0], &s->live, 0);
    for (unsigned n = 0; n < s->resources.count && !m[1].count; n++) {
        uint64_t frame = s->resources.value[n];
        if (s->w->facts.frames[frame].level + 1u == level_of(s, entry)) {
            menu_add(&m[1], frame);
        }
    }
    wrong_resources(s, &m[1]);
    add_rights(&m[2]);
    wrong_rights(&m[2]);
    menu_add(&m[3], 0);
    wrong_entries(s, &m[3]);
    wrong_one(&m[3], &s->live, 0);
    wrong_one(&m[3], &s->empty, 0);
    menu_add(&m[4], 0);
    wrong_entries(s, &m[4]);
    wrong_one(&m[4], &s->live, 0);
    order_wrong(&order);
}

/* A page that I hold is full of entries that I wrote. */
static void attach_forged(const struct sight *s, uint64_t me,
                          struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_ATTACH);
    struct menu *m = order.menu;
    for (unsigned n = 0; n < s->empty.count; n++) {
        if (level_of(s, s->empty.value[n]) == 2) {
            menu_add(&m[0], s->empty.value[n]);
        }
    }
    menu_add(&m[1], FRAME_CONTEXT_1);
    menu_add(&m[2], RIGHTS(RIGHT_R, RIGHT_R));
    for (unsigned n = 0; n < s->forged.count; n++) {
        menu_add(&m[3], s->forged.value[n]);
    }
    menu_add(&m[4], 0);
    for (unsigned n = 0; n < s->live.count; n++) {
        menu_add(&m[4], s->live.value[n]);
    }
    order_good(&order);
}

void calls_attach(const struct sight *s, uint64_t me, struct calls *calls)
{
    for (unsigned n = 0; n < s->empty.count + s->posted.count; n++) {
        uint64_t entry = n < s->empty.count
                             ? s->empty.value[n]
                             : s->posted.value[n - s->empty.count];
        for (unsigned r = 0; r < s->resources.count; r++) {
            uint64_t frame = s->resources.value[r];
            if (s->w->facts.frames[frame].level + 1u == level_of(s, entry)) {
                attach_one(s, me, entry, frame, calls);
            }
        }
    }
    attach_wrong(s, me, calls);
    attach_forged(s, me, calls);
}

/* ---- update -------------------------------------------------------------- */

static void update_live(const struct sight *s, uint64_t me, uint64_t entry,
                        struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_UPDATE);
    struct menu *m = order.menu;
    menu_add(&m[0], entry);
    menu_add(&m[1], s->w->facts.entries[entry].what);
    wrong_resources(s, &m[1]);
    menu_add(&m[2], RIGHTS_NONE);
    add_rights(&m[2]);
    menu_add(&m[2], RIGHTS(RIGHT_R | RIGHT_X, SHARED(RIGHTS_RWX)));
    menu_add(&m[2], RIGHTS_ASK);
    menu_add(&m[2], RIGHTS_VITAL);
    menu_add(&m[2], RIGHTS_MORTAL);
    wrong_rights(&m[2]);
    order_good(&order);
    order_wrong(&order);
}

/* Posts, for those who may not edit the table anyway, what fits there. */
static void update_empty(const struct sight *s, uint64_t me, uint64_t entry,
                         struct calls *calls)
{
    static struct order order;
    unsigned level = level_of(s, entry) - 1;
    order_begin(&order, calls, me, OP_UPDATE);
    struct menu *m = order.menu;
    menu_add(&m[0], entry);
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        const struct fact_process *giver = &s->w->facts.processes[p];
        if (giver->state != PROCESS_LIVE ||
            spec_edits(s->w, p, entry / TABLE_ENTRIES)) {
            continue;
        }
        if (level <= SMALL_PAGE_LEVELS) {
            menu_add(&m[1], ACCEPT(p, giver->generation, KIND_MEMORY, level));
        }
        if (level > 1) {
            menu_add(&m[1], ACCEPT(p, giver->generation, KIND_TABLE, level));
        }
    }
    menu_wrong(&m[1], ACCEPT(0, 1, KIND_MEMORY, level));
    menu_wrong(&m[1], ACCEPT(1, 1, KIND_DIRTY, level));
    menu_wrong(&m[1], ACCEPT(1, 1, KIND_MEMORY, 0));
    menu_wrong(&m[1], ACCEPT(1, 1, KIND_MEMORY, level) & ~ACCEPT_MARK);
    menu_wrong(&m[1], ACCEPT(1, 1, KIND_MEMORY, level) | PTE_P);
    menu_wrong(&m[1], ACCEPT(1, 1, KIND_MEMORY, level) | UINT64_C(1) << 48);
    wrong_resources(s, &m[1]);
    menu_add(&m[2], RIGHTS(RIGHT_R, SHARED(RIGHT_R | RIGHT_W)));
    menu_add(&m[2], RIGHTS_NONE);
    menu_wrong(&m[2], RIGHTS_ASK);
    menu_wrong(&m[2], RIGHTS_VITAL);
    wrong_rights(&m[2]);
    order_good(&order);
    order_wrong(&order);
}

void calls_update(const struct sight *s, uint64_t me, struct calls *calls)
{
    static struct order order;
    for (unsigned n = 0; n < s->live.count; n++) {
        update_live(s, me, s->live.value[n], calls);
    }
    for (unsigned n = 0; n < s->empty.count; n++) {
        update_empty(s, me, s->empty.value[n], calls);
    }
    for (unsigned n = 0; n < s->posted.count; n++) {
        update_empty(s, me, s->posted.value[n], calls);
    }
    order_begin(&order, calls, me, OP_UPDATE);
    wrong_entries(s, &order.menu[0]);
    menu_add(&order.menu[1], FRAME_CONTEXT_1);
    menu_add(&order.menu[2], RIGHTS_NONE);
    add_rights(&order.menu[2]);
    wrong_rights(&order.menu[2]);
    order_wrong(&order);
}

/* ---- swap ---------------------------------------------------------------- */

static void swap_one(const struct sight *s, uint64_t me, uint64_t entry,
                     struct calls *calls)
{
    const struct fact_entry *e = s->w->facts.entries;
    const struct menu *others[] = {&s->live, &s->empty, &s->posted};
    uint64_t a[5] = {entry, 0, e[entry].what, 0, 0};
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned n = 0; n < others[i]->count; n++) {
            a[1] = others[i]->value[n];
            if (level_of(s, a[1]) != level_of(s, entry)) {
                continue;
            }
            a[3] = RESOURCE_NONE;
            order_call(calls, me, OP_SWAP, a);
            if (e[a[1]].holds == HOLDS_RESOURCE) {
                a[3] = e[a[1]].what;
                order_call(calls, me, OP_SWAP, a);
            }
        }
    }
}

void calls_swap(const struct sight *s, uint64_t me, struct calls *calls)
{
    static struct order order;
    uint64_t entry = first_mine(s, me, &s->live);
    uint64_t with = first_mine(s, me, &s->empty);
    for (unsigned n = 0; n < s->live.count; n++) {
        swap_one(s, me, s->live.value[n], calls);
    }
    order_begin(&order, calls, me, OP_SWAP);
    struct menu *m = order.menu;
    menu_add(&m[0], entry);
    wrong_entries(s, &m[0]);
    menu_wrong(&m[0], with);
    menu_wrong(&m[0], FRAME_DIRECTORY * TABLE_ENTRIES);
    menu_add(&m[1], with);
    wrong_entries(s, &m[1]);
    menu_wrong(&m[1], entry);
    menu_wrong(&m[1], FRAME_DIRECTORY * TABLE_ENTRIES + 1);
    menu_add(&m[2], s->w->facts.entries[entry].what);
    wrong_resources(s, &m[2]);
    menu_add(&m[3], RESOURCE_NONE);
    wrong_resources(s, &m[3]);
    order_wrong(&order);
}
