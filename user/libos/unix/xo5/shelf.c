#include "libos/unix/xo5/shelf.h"

#include <stddef.h>

#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/unix/xo5/orphan.h"
#include "libos/unix/xo5/tables.h"

/* The copy of the shelf itself; 0: no memory. */
static uint32_t shelf(struct shadow *s)
{
    return table_own(s, SPACE_ROOT, SPACE_SHELF);
}

uint64_t shelf_place(struct shadow *s, void **place)
{
    uint32_t d = shelf(s);
    unsigned k = 0;
    while (d != 0 && k < TABLE_ENTRIES && s->table[d].holds[k] != 0) {
        k++;
    }
    *place = (void *)(SPACE_SHELF_AT + k * LIBOS_TABLE);
    return d == 0 || k == TABLE_ENTRIES ? 0 : entry_name(s->table[d].frame, k);
}

bool shelf_put(struct shadow *s, uint32_t new, uint32_t old, uint64_t entry)
{
    void *place;
    uint64_t to = shelf_place(s, &place);
    if (to == 0 ||
        op_attach(to, s->table[old].frame, TABLE_BARRED, entry, 0) != OK) {
        return false;
    }
    uint32_t d = shelf(s);
    unsigned k = to % TABLE_ENTRIES;
    table_note(&s->table[d], k, (uint32_t)s->table[old].frame);
    s->table[d].below[k] = (uint16_t)old;
    s->table[old].uses++;
    s->table[old].shelf = (uint16_t)(k + 1);
    s->table[new].old = (uint16_t)old;
    return true;
}

void shelf_drop(struct shadow *s, uint32_t new)
{
    uint32_t old = s->table[new].old;
    uint32_t d = old == 0 ? 0 : shelf(s);
    if (d == 0) {
        return;
    }
    unsigned k = s->table[old].shelf - 1u;
    op_update(entry_name(s->table[d].frame, k), s->table[old].frame,
              RIGHTS_NONE);
    table_note(&s->table[d], k, 0);
    s->table[d].below[k] = 0;
    s->table[old].shelf = 0;
    s->table[new].old = 0;
    orphan_table(s, old);
    orphan_table(s, old);
}

/* The copy of the older table that has page i; *hold is what it is there,
 * without W if stores to it are not for this process. */
static uint32_t find(const struct shadow *s, uint32_t copy, unsigned i,
                     uint32_t *hold)
{
    uint32_t from = s->table[copy].old;
    while (s->table[from].holds[i] == 0 && s->table[from].old != 0) {
        from = s->table[from].old;
    }
    *hold = s->table[from].holds[i];
    *hold = *hold & HOLD_SHARED ? *hold : *hold & ~HOLD_W;
    return from;
}

bool shelf_pull(struct shadow *s, uint32_t copy, unsigned i)
{
    uint32_t d = shelf(s), hold, from = find(s, copy, i, &hold);
    if (d == 0 || !hold_is_there(hold) ||
        op_attach(entry_name(s->table[copy].frame, i), hold_frame(hold),
                  hold_rights(hold), entry_name(s->table[from].frame, i),
                  entry_name(s->table[d].frame, s->table[from].shelf - 1u)) !=
            OK) {
        return false;
    }
    table_note(&s->table[copy], i, hold);
    return true;
}

const void *shelf_page(const struct shadow *s, uint32_t copy, unsigned i)
{
    uint32_t hold, from = find(s, copy, i, &hold);
    uint64_t place = s->table[from].shelf - 1u;
    return hold_is_there(hold)
               ? (const void *)(SPACE_SHELF_AT + place * LIBOS_TABLE +
                                i * PAGE_SIZE)
               : NULL;
}

/* Makes entry i of the old table what it is in the new one, which loses it. */
static void give_back(struct table *new, struct table *old, unsigned i,
                      struct shadow *s)
{
    uint64_t from = entry_name(new->frame, i), to = entry_name(old->frame, i);
    uint32_t hold = new->holds[i], was = old->holds[i];
    bool same = hold_frame(hold) == hold_frame(was) &&
                hold_is_there(hold) == hold_is_there(was);
    if (!same) {
        if (hold_is_there(was)) {
            op_update(to, hold_frame(was), RIGHTS_NONE);
        }
        if (hold_is_there(hold)) {
            op_attach(to, hold_frame(hold), hold_rights(hold), from, 0);
        }
    } else if (hold_is_there(hold) && hold_rights(hold) != hold_rights(was)) {
        op_update(to, hold_frame(hold), hold_rights(hold));
    }
    if (hold_is_there(hold)) {
        op_update(from, hold_frame(hold), RIGHTS_NONE);
    }
    table_note(old, i, hold_frame(hold) == 0 ? 0 : hold);
    table_note(new, i, 0);
    if (hold_frame(hold) != hold_frame(was) && was != 0) {
        orphan_page(s, hold_frame(was));
    }
}

void shelf_merge(struct shadow *s, uint32_t p, unsigned i)
{
    uint32_t n = s->table[p].below[i], old = s->table[n].old;
    uint64_t entry = entry_name(s->table[p].frame, i);
    const uint64_t *some = s->table[n].some;
    for (unsigned k = table_next(some, 0); k < TABLE_ENTRIES;
         k = table_next(some, k + 1)) {
        give_back(&s->table[n], &s->table[old], k, s);
    }
    op_update(entry, s->table[n].frame, RIGHTS_NONE);
    op_attach(entry, s->table[old].frame, TABLE_OPEN, 0, 0);
    table_note(&s->table[p], i, (uint32_t)s->table[old].frame | HOLD_W);
    s->table[p].below[i] = (uint16_t)old;
    s->table[old].uses++;
    shelf_drop(s, n);
    orphan_table(s, n);
}
