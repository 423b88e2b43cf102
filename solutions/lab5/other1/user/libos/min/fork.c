/*
 * Exercise 5.2. Another way: a table is always filled entry by entry, from
 * the old one into a new one or into itself.
 */
#include "libos/min/fork.h"

#include "lib/string.h"
#include "libos/min/abi.h"

/* An entry's rights when it lets no store through. */
static unsigned barred(uint32_t hold)
{
    return hold & HOLD_X ? RIGHT_R | RIGHT_X : RIGHT_R;
}

bool fork_share(struct table *child)
{
    bool done = true;
    for (unsigned i = 0; done && i < LAUNCH_INDEX; i++) {
        uint32_t frame = space_frame(space_root, i);
        if (frame != 0) {
            done = space_update(space_root, i, RIGHT_R | RIGHT_X) &&
                   space_attach(child, i, frame, RIGHT_R | RIGHT_X,
                                space_entry(space_root, i), 0);
        }
    }
    return done;
}

/* Entry k of the copy, as the old table has it, but barred. */
static bool take_entry(struct table *new, const struct table *old, unsigned k,
                       uint64_t via)
{
    uint32_t frame = space_frame(old, k);
    if (frame == 0) {
        return true;
    }
    if (space_is_mine(frame)) {
        return space_attach(new, k, frame, barred(old->holds[k]), 0, 0);
    }
    return space_attach(new, k, frame, barred(old->holds[k]),
                        space_entry(old, k), via);
}

struct table *fork_table(struct table *t, unsigned i)
{
    struct table *old = space_below(t, i), *new = old;
    if (!space_is_only_mine(old->frame)) {
        new = space_table(old->level);
        if (new == 0) {
            return 0;
        }
        for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
            if (!take_entry(new, old, k, space_entry(t, i))) {
                space_discard(new);
                return 0;
            }
        }
        space_detach(t, i);
        space_attach(t, i, new->frame, RIGHTS_RWX, 0, 0);
        return new;
    }
    /* Bars everything: a fault opens again what is only mine. */
    for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
        if (new->holds[k] & HOLD_W) {
            space_update(new, k, barred(new->holds[k]));
        }
    }
    space_update(t, i, RIGHTS_RWX);
    return new;
}

int fork_page(struct table *t, uint64_t va)
{
    unsigned i = space_index(va, 1);
    unsigned rights = barred(t->holds[i]) | RIGHT_W;
    uint64_t page = va / PAGE * PAGE;
    if (space_is_only_mine(space_frame(t, i))) {
        return space_update(t, i, rights) ? 0 : -ENOMEM;
    }
    uint32_t frame = space_page();
    if (frame == 0 ||
        !space_attach(space_own, OWN_SCRATCH, frame, RIGHT_R | RIGHT_W, 0, 0)) {
        return -ENOMEM;
    }
    uint64_t *to = space_own_page(OWN_SCRATCH);
    const uint64_t *from = (const uint64_t *)page;
    for (unsigned n = 0; n < PAGE / sizeof(*to); n++) {
        to[n] = from[n];
    }
    space_detach(t, i);
    bool done = space_attach(t, i, frame, rights, 0, 0);
    space_detach(space_own, OWN_SCRATCH);
    return done ? 0 : -ENOMEM;
}
