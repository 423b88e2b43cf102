/* create, alloc, and what is to be seen in a state; entries: calls_entry.c. */
#include "proof/search/sight.h"

#include <string.h>

/* ---- what is to be seen -------------------------------------------------- */

/* A free frame that is like the one before it: in the same extent, and at
 * the head of none. */
static bool is_like_before(const struct world *w, uint64_t frame)
{
    for (uint64_t f = frame - 1; frame % TABLE_ENTRIES && f % TABLE_ENTRIES;
         f--) {
        if (w->facts.frames[f].kind == KIND_FREE &&
            fact_head(&w->facts, f) == f) {
            return true;
        }
    }
    return false;
}

static void see_frame(struct sight *s, uint64_t frame)
{
    const struct fact_frame *f = &s->w->facts.frames[frame];
    if (f->kind == KIND_TABLE) {
        menu_add(&s->tables, frame);
        menu_add(f->level == SMALL_DEPTH ? &s->tops : &s->lower, frame);
    } else if (f->kind == KIND_MEMORY) {
        menu_add(f->level == 1 ? &s->pages : &s->large, frame);
    }
    if (fact_is_resource(f->kind)) {
        menu_add(&s->resources, frame);
    } else if (fact_head(&s->w->facts, frame) != frame) {
        menu_add(&s->covered, frame);
    } else if (f->kind == KIND_DIRTY) {
        menu_add(&s->dirty, frame);
    } else if (f->kind == KIND_FREE && !is_like_before(s->w, frame)) {
        menu_add(&s->free, frame);
    }
}

static void see_table(struct sight *s, uint64_t table)
{
    bool seen = false;
    for (uint64_t e = table * TABLE_ENTRIES; e < (table + 1) * TABLE_ENTRIES;
         e++) {
        switch (s->w->facts.entries[e].holds) {
        case HOLDS_RESOURCE:
            menu_add(&s->live, e);
            break;
        case HOLDS_ACCEPTANCE:
            menu_add(&s->posted, e);
            break;
        default:
            if (!seen) {
                menu_add(&s->empty, e);
            }
            seen = true;
        }
    }
}

static void see(struct sight *s, const struct world *w)
{
    memset(s, 0, sizeof(*s));
    s->w = w;
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        see_frame(s, f);
    }
    for (unsigned n = 0; n < s->tables.count; n++) {
        see_table(s, s->tables.value[n]);
    }
    for (unsigned n = 0; n < s->live.count; n++) {
        uint64_t held = w->facts.entries[s->live.value[n]].what;
        if (w->facts.frames[held].kind == KIND_MEMORY) {
            menu_add(&s->forged, held * TABLE_ENTRIES);
        }
    }
    menu_add(&s->forged, FRAME_CONTEXT_1 * TABLE_ENTRIES);
}

/* ---- create -------------------------------------------------------------- */

/* The free ones first: a wrong table is wrong there. */
static void add_slots(const struct world *w, struct menu *menu)
{
    bool unused = false;
    for (unsigned p = PROCESS_MAX - 1; p > 0; p--) {
        const struct fact_process *fact = &w->facts.processes[p];
        bool never = fact->state == PROCESS_FREE && fact->generation == 0;
        if (!never || !unused) {
            menu_add(menu, p);
        }
        unused = unused || never;
    }
    menu_wrong(menu, 0);
    menu_wrong(menu, PROCESS_MAX);
}

static void wrong_first(struct menu *menu, const struct menu *of)
{
    if (of->count) {
        menu_wrong(menu, of->value[0]);
    }
}

/* Frames, first those of mine that nothing refers to: they could be used. */
static void add_idle_first(const struct world *w, uint64_t me,
                           const struct menu *from, struct menu *to)
{
    for (unsigned idle = 2; idle-- > 0;) {
        for (unsigned n = 0; n < from->count; n++) {
            uint64_t f = from->value[n];
            if (idle ==
                (w->facts.frames[f].owner == me && !w->counts.refs[f])) {
                menu_add(to, f);
            }
        }
    }
}

static void calls_create(const struct sight *s, uint64_t me,
                         struct calls *calls)
{
    const struct fact_process *mine = &s->w->facts.processes[me];
    static struct order order;
    order_begin(&order, calls, me, OP_CREATE);
    struct menu *m = order.menu;
    add_slots(s->w, &m[0]);
    add_idle_first(s->w, me, &s->tops, &m[1]);
    add_idle_first(s->w, me, &s->pages, &m[2]);
    for (unsigned i = 1; i <= 2; i++) {
        wrong_first(&m[i], &s->lower);
        wrong_first(&m[i], &s->large);
        wrong_first(&m[i], &s->free);
        menu_wrong(&m[i], FRAMES_MAX);
        menu_wrong(&m[i], UINT64_C(1) << 40);
    }
    wrong_first(&m[1], &s->pages);
    wrong_first(&m[2], &s->tops);
    menu_add(&m[3], ALLOWANCE(1, 0));
    menu_add(&m[3], ALLOWANCE(2, 1));
    menu_wrong(&m[3], ALLOWANCE(mine->allowance + 1, 0));
    menu_wrong(&m[3], ALLOWANCE(0, mine->slots));
    menu_wrong(&m[3], UINT64_MAX);
    order_good(&order);
    order_wrong(&order);
}

/* ---- alloc --------------------------------------------------------------- */

static void wrong_frames(const struct sight *s, struct menu *menu)
{
    for (unsigned n = 0; n < s->covered.count; n++) {
        menu_wrong(menu, s->covered.value[n]);
    }
    menu_wrong(menu, FRAME_DIRECTORY);
    menu_wrong(menu, FRAME_CONTEXT_1 + 1); /* no RAM */
    menu_wrong(menu, FRAMES_MAX);
    menu_wrong(menu, UINT64_C(1) << 40);
}

static void wrong_levels(struct menu *menu, unsigned level)
{
    menu_wrong(menu, 0);
    menu_wrong(menu, level + 1);
    menu_wrong(menu, LEVEL_MAX + 1);
}

static void wrong_kinds(struct menu *menu, unsigned kind)
{
    menu_wrong(menu, KIND_DIRTY);
    menu_wrong(menu, KIND_CPU);
    menu_wrong(menu, kind == KIND_MEMORY ? KIND_TABLE : KIND_MEMORY);
    menu_wrong(menu, kind == KIND_DEVICE ? KIND_TABLE : KIND_DEVICE);
}

/* Free frames become something of mine or of a live child's. */
static void calls_make_frames(const struct sight *s, uint64_t me,
                              struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_ALLOC);
    struct menu *m = order.menu;
    for (unsigned n = 0; n < s->free.count; n++) {
        menu_add(&m[0], s->free.value[n]);
    }
    wrong_frames(s, &m[0]);
    for (unsigned level = 1; level <= SMALL_DEPTH; level++) {
        menu_add(&m[1], level);
    }
    wrong_levels(&m[1], SMALL_DEPTH);
    menu_add(&m[2], KIND_MEMORY);
    menu_add(&m[2], KIND_TABLE);
    wrong_kinds(&m[2], KIND_TABLE);
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        if (spec_my_live(s->w, me, p)) {
            menu_add(&m[3], p);
        }
    }
    for (unsigned p = 0; p <= PROCESS_MAX; p++) {
        menu_wrong(&m[3], p);
    }
    menu_wrong(&m[3], ENTRY_COUNT);
    order_good(&order);
    order_wrong(&order);
}

/* What is something is given back, taken over, claimed. */
static void calls_unmake(const struct sight *s, uint64_t me, uint64_t frame,
                         struct calls *calls)
{
    const struct fact_frame *f = &s->w->facts.frames[frame];
    static struct order order;
    order_begin(&order, calls, me, OP_ALLOC);
    struct menu *m = order.menu;
    menu_add(&m[0], frame);
    menu_add(&m[1], f->level);
    wrong_levels(&m[1], f->level);
    menu_add(&m[2], KIND_FREE);
    order_good(&order);
    order_wrong(&order);
    order_begin(&order, calls, me, OP_ALLOC);
    menu_add(&m[0], frame);
    menu_add(&m[1], f->level);
    wrong_levels(&m[1], f->level);
    menu_add(&m[2], f->kind);
    wrong_kinds(&m[2], f->kind);
    menu_add(&m[3], me);
    for (unsigned n = 0; n < s->live.count; n++) {
        if (spec_holds(s->w, s->live.value[n], frame)) {
            menu_add(&m[3], s->live.value[n]);
        }
    }
    menu_wrong(&m[3], me % (PROCESS_MAX - 1) + 1);
    wrong_first(&m[3], &s->live);
    wrong_first(&m[3], &s->empty);
    wrong_first(&m[3], &s->forged);
    menu_wrong(&m[3], ENTRY_COUNT);
    order_good(&order);
    order_wrong(&order);
}

static void calls_alloc(const struct sight *s, uint64_t me, struct calls *calls)
{
    calls_make_frames(s, me, calls);
    for (unsigned n = 0; n < s->resources.count; n++) {
        calls_unmake(s, me, s->resources.value[n], calls);
    }
    for (unsigned n = 0; n < s->dirty.count; n++) {
        calls_unmake(s, me, s->dirty.value[n], calls);
    }
}

void calls_make(const struct world *w, struct calls *calls)
{
    static struct sight sight;
    uint64_t nothing[5] = {0};
    calls->count = 0;
    see(&sight, w);
    for (unsigned me = 1; me < PROCESS_MAX; me++) {
        if (w->facts.processes[me].state != PROCESS_LIVE) {
            continue;
        }
        calls_create(&sight, me, calls);
        calls_alloc(&sight, me, calls);
        calls_attach(&sight, me, calls);
        calls_update(&sight, me, calls);
        calls_swap(&sight, me, calls);
        calls_directory(&sight, me, calls);
        order_call(calls, me, OP_COUNT, nothing);
        order_call(calls, me, 0x100 | OP_ALLOC, nothing);
        for (uint64_t now[5] = {1}; now[0] <= 4; now[0]++) {
            order_call(calls, me, CALL_TIME, now);
        }
        order_call(calls, me, CALL_FAULT, nothing);
    }
}
