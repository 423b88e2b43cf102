/*
 * Exercise 5.2. A third way: first what an entry may be, then how to make it
 * so.
 */
#include "libos/min/fork.h"

#include "lib/string.h"
#include "libos/min/abi.h"

enum state { EMPTY, MINE, OURS, THEIRS };

/* Whose is what entry i holds: only mine; mine, and others hold it; theirs. */
static enum state state_of(const struct table *t, unsigned i)
{
    uint32_t frame = space_frame(t, i);
    return frame == 0                   ? EMPTY
           : space_is_only_mine(frame) ? MINE
           : space_is_mine(frame)      ? OURS
                                       : THEIRS;
}

static unsigned plain(const struct table *t, unsigned i)
{
    return RIGHT_R | (t->holds[i] & HOLD_X ? RIGHT_X : 0);
}

bool fork_share(struct table *child)
{
    for (unsigned i = 0; i < LAUNCH_INDEX; i++) {
        if (state_of(space_root, i) != EMPTY &&
            !space_update(space_root, i, RIGHT_R | RIGHT_X)) {
            return false;
        }
    }
    for (unsigned i = 0; i < LAUNCH_INDEX; i++) {
        if (state_of(space_root, i) != EMPTY &&
            !space_attach(child, i, space_frame(space_root, i),
                          RIGHT_R | RIGHT_X, space_entry(space_root, i), 0)) {
            return false;
        }
    }
    return true;
}

/* May entry k stay as it is when stores come through its table? */
static bool may_stay(const struct table *t, unsigned k)
{
    return !(t->holds[k] & HOLD_W) || (t->level == 1 && state_of(t, k) == MINE);
}

static bool copy_entry(struct table *new, const struct table *old, unsigned k,
                       uint64_t via)
{
    uint32_t frame = space_frame(old, k);
    switch (state_of(old, k)) {
    case EMPTY:
        return true;
    case THEIRS:
        return space_attach(new, k, frame, plain(old, k), space_entry(old, k),
                            via);
    default:
        return space_attach(new, k, frame, plain(old, k), 0, 0);
    }
}

static struct table *copy(struct table *t, unsigned i)
{
    struct table *old = space_below(t, i), *new = space_table(old->level);
    bool done = new != 0;
    for (unsigned k = 0; done && k < TABLE_ENTRIES; k++) {
        done = copy_entry(new, old, k, space_entry(t, i));
    }
    if (!done) {
        if (new) {
            space_discard(new);
        }
        return 0;
    }
    space_detach(t, i);
    return space_attach(t, i, new->frame, RIGHTS_RWX, 0, 0) ? new : 0;
}

struct table *fork_table(struct table *t, unsigned i)
{
    if (state_of(t, i) != MINE) {
        return copy(t, i);
    }
    struct table *below = space_below(t, i);
    for (unsigned k = TABLE_ENTRIES; k-- > 0;) {
        if (!may_stay(below, k)) {
            space_update(below, k, plain(below, k));
        }
    }
    space_update(t, i, RIGHTS_RWX);
    return below;
}

int fork_page(struct table *t, uint64_t va)
{
    unsigned i = space_index(va, 1), rights = plain(t, i) | RIGHT_W;
    uint32_t frame;
    if (state_of(t, i) == MINE) {
        space_update(t, i, rights);
        return 0;
    }
    if ((frame = space_page()) == 0) {
        return -ENOMEM;
    }
    space_attach(space_own, OWN_SCRATCH, frame, RIGHT_R | RIGHT_W, 0, 0);
    memcpy(space_own_page(OWN_SCRATCH), (const void *)(va & -PAGE), PAGE);
    space_detach(t, i);
    space_attach(t, i, frame, rights, 0, 0);
    space_detach(space_own, OWN_SCRATCH);
    return 0;
}
