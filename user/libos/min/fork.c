/*
 * Exercise 5.2. Copy-on-write.
 */
#include "libos/min/fork.h"

#include "lib/string.h"
#include "libos/min/abi.h"

#define BARRED (RIGHT_R | RIGHT_X)

bool fork_share(struct table *child)
{
    for (unsigned i = 0; i < LAUNCH_INDEX; i++) {
        uint32_t hold = space_root->holds[i];
        if (hold == 0) {
            continue;
        }
        if (hold & HOLD_W && !space_update(space_root, i, BARRED)) {
            return false;
        }
        if (!space_attach(child, i, hold & HOLD_FRAME, BARRED,
                          space_entry(space_root, i), 0)) {
            return false;
        }
    }
    return true;
}

/* What an entry may have that lets no store through. */
static unsigned rights_without_store(uint32_t hold)
{
    return RIGHT_R | (hold & HOLD_X ? RIGHT_X : 0);
}

/* The table in entry i is only mine; what it holds may be others' too, and
 * what a table in it holds as well: those are barred, and opened by and by. */
static struct table *open_table(struct table *t, unsigned i, struct table *old)
{
    for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
        uint32_t hold = old->holds[k];
        bool stays = old->level == 1 && space_is_only_mine(hold & HOLD_FRAME);
        if (hold & HOLD_W && !stays) {
            space_update(old, k, rights_without_store(hold));
        }
    }
    space_update(t, i, RIGHTS_RWX);
    return old;
}

/* Attaches all that the table in entry i of t holds to a new one. */
static bool fill_table(struct table *new, const struct table *old,
                       uint64_t held_by)
{
    for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
        uint32_t frame = space_frame(old, k);
        bool mine = space_is_mine(frame);
        if (frame != 0 &&
            !space_attach(new, k, frame, rights_without_store(old->holds[k]),
                          mine ? 0 : space_entry(old, k), mine ? 0 : held_by)) {
            return false;
        }
    }
    return true;
}

struct table *fork_table(struct table *t, unsigned i)
{
    struct table *old = space_below(t, i);
    if (space_is_only_mine(old->frame)) {
        return open_table(t, i, old);
    }
    struct table *new = space_table(old->level);
    if (new == 0) {
        return 0;
    }
    if (!fill_table(new, old, space_entry(t, i))) {
        space_discard(new);
        return 0;
    }
    space_detach(t, i);
    space_attach(t, i, new->frame, RIGHTS_RWX, 0, 0);
    return new;
}

int fork_page(struct table *t, uint64_t va)
{
    unsigned i = space_index(va, 1);
    unsigned rights = rights_without_store(t->holds[i]) | RIGHT_W;
    if (space_is_only_mine(space_frame(t, i))) {
        space_update(t, i, rights);
        return 0;
    }
    uint32_t copy = space_page();
    if (copy == 0 ||
        !space_attach(space_own, OWN_SCRATCH, copy, RIGHT_R | RIGHT_W, 0, 0)) {
        return -ENOMEM;
    }
    memcpy(space_own_page(OWN_SCRATCH), (void *)(va & ~(PAGE - 1)), PAGE);
    space_detach(t, i);
    space_attach(t, i, copy, rights, 0, 0);
    space_detach(space_own, OWN_SCRATCH);
    return 0;
}
