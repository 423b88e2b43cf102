/*
 * A process cannot read its tables: no table is ever mapped. So it keeps a copy
 * of each, which says what every entry holds, and only the functions here
 * change a table, together with its copy:
 *
 *   struct table {frame, level, holds[512]}      the table in that frame
 *   space_root --holds[i]--> a copy --holds[j]--> a copy --holds[k]--> a page
 *     level 3: GiB             level 2: 2 MiB       level 1: 4 KiB
 *
 * Who may give a page back is the harder half. A table or a page that a fork
 * has shared is held by somebody else too, who detaches it whenever he likes
 * and tells nobody. The books tell, though: what is mine and has no refs left
 * is garbage. space_sweep looks for that when frames run out, and at each end
 * of a child.
 */
#include "libos/min/space.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/fork.h"

#define CEILING_MINE (RIGHTS_RWX | RIGHT_SHARE)
#define CEILING_OTHERS (RIGHT_R | RIGHT_X | RIGHT_SHARE)
#define KEPT_MAX 256
#define FIRST_TABLE 2 /* after root and own */

struct table space_tables[SPACE_TABLES];
static uint32_t kept[KEPT_MAX], kept_count;
static uint32_t lowest = UINT32_MAX, highest; /* pages that I have taken */

bool space_is_mine(uint64_t frame)
{
    return books_frame(frame)->owner == space_start()->slot;
}

bool space_is_only_mine(uint64_t frame)
{
    return space_is_mine(frame) && books_frame(frame)->refs == 1;
}

static bool is_held(uint64_t frame)
{
    return books_frame(frame)->refs != 0;
}

uint32_t space_page(void)
{
    /* Out of frames is not out of memory: others may have let go of mine. */
    uint64_t frame = frames_take(1, KIND_MEMORY, space_start()->slot);
    if (frame == 0) {
        space_sweep();
        frame = frames_take(1, KIND_MEMORY, space_start()->slot);
    }
    if (frame != 0 && frame < lowest) {
        lowest = (uint32_t)frame;
    }
    if (frame > highest) {
        highest = (uint32_t)frame;
    }
    return (uint32_t)frame;
}

static struct table *free_copy(void)
{
    for (unsigned n = FIRST_TABLE; n < SPACE_TABLES; n++) {
        if (space_tables[n].frame == 0) {
            return &space_tables[n];
        }
    }
    return 0;
}

/* A copy of what was once somebody else's table in that frame. */
static void forget(uint32_t frame)
{
    for (unsigned n = FIRST_TABLE; n < SPACE_TABLES; n++) {
        if (space_tables[n].frame == frame) {
            space_tables[n].frame = 0;
        }
    }
}

static struct table *take_table(unsigned level)
{
    struct table *t = free_copy();
    uint64_t frame = 0;
    if (t != 0) {
        frame = frames_take(level + 1, KIND_TABLE, space_start()->slot);
    }
    if (frame == 0) {
        return 0;
    }
    forget((uint32_t)frame);
    memset(t, 0, sizeof(*t));
    t->frame = (uint32_t)frame;
    t->level = level;
    return t;
}

struct table *space_table(unsigned level)
{
    struct table *t = take_table(level);
    if (t == 0) {
        space_sweep();
        t = take_table(level);
    }
    return t;
}

static uint32_t hold_of(uint32_t frame, unsigned rights)
{
    return frame | (rights & RIGHT_W ? HOLD_W : 0) |
           (rights & RIGHT_X ? HOLD_X : 0);
}

bool space_attach(struct table *t, unsigned i, uint32_t frame, unsigned rights,
                  uint64_t source, uint64_t via)
{
    unsigned ceiling = source == 0 ? CEILING_MINE : CEILING_OTHERS;
    if (op_attach(space_entry(t, i), frame, RIGHTS(rights, ceiling), source,
                  via) != OK) {
        return false;
    }
    t->holds[i] = hold_of(frame, rights);
    return true;
}

bool space_update(struct table *t, unsigned i, unsigned rights)
{
    uint32_t frame = space_frame(t, i);
    unsigned ceiling = space_is_mine(frame) ? CEILING_MINE : CEILING_OTHERS;
    if (op_update(space_entry(t, i), frame, RIGHTS(rights, ceiling)) != OK) {
        return false;
    }
    t->holds[i] = hold_of(frame, rights);
    return true;
}

struct table *space_below(const struct table *t, unsigned i)
{
    uint32_t frame = space_frame(t, i);
    for (unsigned n = FIRST_TABLE; frame != 0 && n < SPACE_TABLES; n++) {
        if (space_tables[n].frame == frame) {
            return &space_tables[n];
        }
    }
    return 0;
}

static bool is_kept(uint32_t frame)
{
    unsigned n = 0;
    while (n < kept_count && kept[n] != frame) {
        n++;
    }
    return n < kept_count;
}

void space_discard(struct table *t)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        space_detach(t, i);
    }
    frames_give(t->frame);
    t->frame = 0;
}

void space_detach(struct table *t, unsigned i)
{
    uint32_t frame = space_frame(t, i);
    if (frame == 0) {
        return;
    }
    struct table *below = t->level > 1 ? space_below(t, i) : 0;
    op_update(space_entry(t, i), frame, RIGHTS_NONE);
    t->holds[i] = 0;
    /* Not mine: its owner gives it back. Still held: space_sweep does, when
     * the last other holder has gone. */
    if (!space_is_mine(frame) || is_held(frame) || is_kept(frame)) {
        return;
    }
    if (below != 0) {
        space_discard(below);
    } else {
        frames_give(frame);
    }
}

uint32_t space_find(uint64_t va)
{
    const struct table *t = space_root;
    uint32_t open = HOLD_W;
    while (t->level > 1) {
        /* A store must be let through at each level, as by the processor. */
        open &= t->holds[space_index(va, t->level)];
        t = space_below(t, space_index(va, t->level));
        if (t == 0) {
            return 0;
        }
    }
    return t->holds[space_index(va, 1)] & (open | ~HOLD_W);
}

/* A new table in the empty entry i. */
static struct table *make_below(struct table *t, unsigned i)
{
    struct table *new = space_table(t->level - 1);
    if (new != 0 && !space_attach(t, i, new->frame, RIGHTS_RWX, 0, 0)) {
        space_discard(new);
        return 0;
    }
    return new;
}

struct table *space_reach(uint64_t va)
{
    struct table *t = space_root;
    while (t != 0 && t->level > 1) {
        unsigned i = space_index(va, t->level);
        /* Nothing there: a table is made. Barred: fork.c makes one of our
         * own of what two share. */
        t = t->holds[i] == 0       ? make_below(t, i)
            : t->holds[i] & HOLD_W ? space_below(t, i)
                                   : fork_table(t, i);
    }
    return t;
}

bool space_clear(uint64_t va, uint64_t end)
{
    while (va < end) {
        const struct table *d = space_below(space_root, space_index(va, 3));
        const struct table *t = d == 0 ? 0 : space_below(d, space_index(va, 2));
        if (t == 0) {
            /* No table, no pages: on to what the next entry maps. */
            va = (va | ((d == 0 ? 512 : 1) * LAUNCH_TABLE - 1)) + 1;
            continue;
        }
        if (t->holds[space_index(va, 1)] != 0) {
            struct table *mine = space_reach(va);
            if (mine == 0) {
                return false;
            }
            space_detach(mine, space_index(va, 1));
        }
        va += PAGE;
    }
    return true;
}

void space_empty(void)
{
    for (unsigned i = 0; i < LAUNCH_INDEX; i++) {
        space_detach(space_root, i);
    }
    space_sweep();
}

/* Does any copy say that its table holds this one? */
static bool is_below(uint32_t frame)
{
    for (unsigned n = 0; n < SPACE_TABLES; n++) {
        const struct table *t = &space_tables[n];
        bool has_tables = t->frame != 0 && t->level > 1;
        for (unsigned i = 0; has_tables && i < TABLE_ENTRIES; i++) {
            if (space_frame(t, i) == frame) {
                return true;
            }
        }
    }
    return false;
}

static bool is_table_of_mine(uint32_t frame)
{
    return space_is_mine(frame) && books_frame(frame)->kind == KIND_TABLE;
}

/* One round; true if there may be more. */
static bool sweep_tables(void)
{
    bool more = false;
    for (unsigned n = FIRST_TABLE; n < SPACE_TABLES; n++) {
        struct table *t = &space_tables[n];
        if (t->frame == 0 ||
            (is_table_of_mine(t->frame) && is_held(t->frame))) {
            continue;
        }
        /* Giving one table back may let go of the last entry that holds
         * another one: hence rounds. */
        if (is_table_of_mine(t->frame)) {
            space_discard(t);
            more = true;
        } else if (!is_below(t->frame)) {
            t->frame = 0;
            more = true;
        }
    }
    return more;
}

void space_sweep(void)
{
    while (sweep_tables()) {
    }
    for (uint32_t f = lowest; f <= highest; f++) {
        if (space_is_mine(f) && books_frame(f)->kind == KIND_MEMORY &&
            !is_held(f) && !is_kept(f)) {
            frames_give(f);
        }
    }
}

bool space_keep(uint32_t frame)
{
    bool room = kept_count < KEPT_MAX;
    if (room && !is_kept(frame)) {
        kept[kept_count++] = frame;
    }
    return room || is_kept(frame);
}

/* ---- the root image --------------------------------------------------------
 * An entry of its tables can be named as a source only through an entry of
 * mine that holds the table: WALK's. */

static uint32_t walked; /* what WALK holds */

static uint64_t walk_entry(void)
{
    return entry_name(space_start()->directory, LAUNCH_WALK_ENTRY);
}

static void walk_end(void)
{
    if (walked != 0) {
        op_update(walk_entry(), walked, RIGHTS_NONE);
    }
    walked = 0;
}

static bool walk_to(uint32_t table, uint64_t n)
{
    if (walked == table) {
        return true;
    }
    /* A page of the image is passed on from an entry of the image's own
     * table; the kernel takes such a source only if an entry of mine (`via`)
     * holds that table. WALK is that entry, moved from table to table. */
    walk_end();
    if (op_attach(walk_entry(), table,
                  RIGHTS(RIGHT_R | RIGHT_X, CEILING_OTHERS),
                  entry_name(space_start()->image_table, n / TABLE_ENTRIES),
                  space_entry(space_root, LAUNCH_IMAGE_INDEX)) != OK) {
        return false;
    }
    walked = table;
    return true;
}

bool space_attach_image(struct table *t, unsigned i, uint64_t n,
                        unsigned rights)
{
    const struct launch_start *start = space_start();
    const uint32_t *tables = (const uint32_t *)LAUNCH_IMAGE_TABLES;
    if (n >= start->image_size / PAGE ||
        !walk_to(tables[n / TABLE_ENTRIES], n)) {
        return false;
    }
    return space_attach(t, i, (uint32_t)(start->image_frame + n),
                        RIGHT_R | (rights & RIGHT_X),
                        entry_name(walked, n % TABLE_ENTRIES), walk_entry());
}

void space_inherit(void)
{
    /* The variables are a copy of the parent's: what they say it has taken
     * and kept is its own, and not the child's. */
    lowest = UINT32_MAX;
    highest = 0;
    kept_count = 0;
    walked = 0;
    space_sweep();
}

void space_leave(void)
{
    kept_count = 0;
    space_empty();
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        space_detach(space_own, i);
    }
    walk_end();
    space_sweep();
}
