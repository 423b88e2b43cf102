/*
 * Tables that copy-on-write has replaced, kept as the cache from which the new
 * table gets its pages.
 *
 * Why are they kept? A page that another process owns can be attached only from
 * an entry that has it, named by way of an entry that holds that entry's table
 * (`source` and `via`). If the old table were let go, its pages could not be
 * named any more, and all 512 would have to be attached at once: a fork and a
 * single store would cost 512 operations. So the old table goes to a place in
 * GiB 399, which programs cannot reach:
 *
 *   GiB 399   place 0 -> table (of 2 MiB at 5)     new table at 5: .old = it
 *             place 1 -> table ...
 *
 * There it is mapped, without W, so a page can also be read in order to copy
 * it. A replaced table may itself have one: a process that forks often has
 * chains, and a page is looked for along them (find).
 *
 * A replaced table has two users: its place, and the new table's `old`.
 */
#include "libos/unix/xo5/personality/replaced.h"

#include <stddef.h>

#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/reclaim.h"

/* The index of the directory of replaced tables; 0: no memory. */
static uint32_t directory(struct address_space *s)
{
    return cow_table(s, SPACE_ROOT, REPLACED_INDEX);
}

uint64_t replaced_place(struct address_space *s, void **place)
{
    uint32_t d = directory(s);
    unsigned k = 0;
    while (d != 0 && k < TABLE_ENTRIES && s->table[d].shadows[k] != 0) {
        k++;
    }
    *place = (void *)(REPLACED_START + k * LIBOS_TABLE);
    return d == 0 || k == TABLE_ENTRIES ? 0 : entry_name(s->table[d].frame, k);
}

bool replaced_put(struct address_space *s, uint32_t new, uint32_t old,
                  uint64_t entry)
{
    void *where;
    uint64_t to = replaced_place(s, &where);
    /* Read-only: what is in it is shared, and nothing of it may be stored to by
     * this way either. */
    if (to == 0 ||
        op_attach(to, s->table[old].frame, TABLE_READONLY, entry, 0) != OK) {
        return false;
    }
    uint32_t d = directory(s);
    unsigned k = to % TABLE_ENTRIES;
    table_note(&s->table[d], k, (uint32_t)s->table[old].frame);
    s->table[d].below[k] = (uint16_t)old;
    s->table[old].uses++;
    s->table[old].place = (uint16_t)(k + 1);
    s->table[new].old = (uint16_t)old;
    return true;
}

void replaced_drop(struct address_space *s, uint32_t new)
{
    uint32_t old = s->table[new].old;
    uint32_t d = old == 0 ? 0 : directory(s);
    if (d == 0) {
        return;
    }
    unsigned k = s->table[old].place - 1u;
    op_update(entry_name(s->table[d].frame, k), s->table[old].frame,
              RIGHTS_NONE);
    table_note(&s->table[d], k, 0);
    s->table[d].below[k] = 0;
    s->table[old].place = 0;
    s->table[new].old = 0;
    /* Twice: it had two users, its place and the new table's `old`; the first
     * was counted in replaced_put, the second is the one that it had when it
     * was in the root's tree, and that the new table took over. */
    reclaim_table(s, old);
    reclaim_table(s, old);
}

/* The index of the older table that has page i; *shadow is what it is there,
 * without W if stores to it are not for this process. */
static uint32_t find(const struct address_space *s, uint32_t index, unsigned i,
                     uint32_t *shadow)
{
    uint32_t from = s->table[index].old;
    while (s->table[from].shadows[i] == 0 && s->table[from].old != 0) {
        from = s->table[from].old;
    }
    *shadow = s->table[from].shadows[i];
    /* W in a replaced table is of a time before it was shared. */
    *shadow = *shadow & SHADOW_SHARED ? *shadow : *shadow & ~SHADOW_W;
    return from;
}

bool replaced_pull(struct address_space *s, uint32_t index, unsigned i)
{
    uint32_t d = directory(s), shadow, from = find(s, index, i, &shadow);
    if (d == 0 || !shadow_is_there(shadow) ||
        op_attach(entry_name(s->table[index].frame, i), shadow_frame(shadow),
                  shadow_rights(shadow), entry_name(s->table[from].frame, i),
                  entry_name(s->table[d].frame, s->table[from].place - 1u)) !=
            OK) {
        return false;
    }
    table_note(&s->table[index], i, shadow);
    return true;
}

const void *replaced_page(const struct address_space *s, uint32_t index,
                          unsigned i)
{
    uint32_t shadow, from = find(s, index, i, &shadow);
    uint64_t place = s->table[from].place - 1u;
    return shadow_is_there(shadow)
               ? (const void *)(REPLACED_START + place * LIBOS_TABLE +
                                i * PAGE_SIZE)
               : NULL;
}

/* Makes entry i of the old table what it is in the new one, which loses it. */
static void give_back(struct table *new, struct table *old, unsigned i,
                      struct address_space *s)
{
    uint64_t from = entry_name(new->frame, i), to = entry_name(old->frame, i);
    uint32_t shadow = new->shadows[i], was = old->shadows[i];
    bool same = shadow_frame(shadow) == shadow_frame(was) &&
                shadow_is_there(shadow) == shadow_is_there(was);
    if (!same) {
        if (shadow_is_there(was)) {
            op_update(to, shadow_frame(was), RIGHTS_NONE);
        }
        if (shadow_is_there(shadow)) {
            op_attach(to, shadow_frame(shadow), shadow_rights(shadow), from, 0);
        }
    } else if (shadow_is_there(shadow) &&
               shadow_rights(shadow) != shadow_rights(was)) {
        op_update(to, shadow_frame(shadow), shadow_rights(shadow));
    }
    if (shadow_is_there(shadow)) {
        op_update(from, shadow_frame(shadow), RIGHTS_NONE);
    }
    table_note(old, i, shadow_frame(shadow) == 0 ? 0 : shadow);
    table_note(new, i, 0);
    if (shadow_frame(shadow) != shadow_frame(was) && was != 0) {
        reclaim_page(s, shadow_frame(was));
    }
}

void replaced_merge(struct address_space *s, uint32_t p, unsigned i)
{
    uint32_t n = s->table[p].below[i], old = s->table[n].old;
    uint64_t entry = entry_name(s->table[p].frame, i);
    const uint64_t *some = s->table[n].some;
    for (unsigned k = table_next(some, 0); k < TABLE_ENTRIES;
         k = table_next(some, k + 1)) {
        give_back(&s->table[n], &s->table[old], k, s);
    }
    /* Between the two nothing is mapped there; only this process would notice,
     * and it is here. The old table is its own, so it needs no source. */
    op_update(entry, s->table[n].frame, RIGHTS_NONE);
    op_attach(entry, s->table[old].frame, TABLE_WRITABLE, 0, 0);
    table_note(&s->table[p], i, (uint32_t)s->table[old].frame | SHADOW_W);
    s->table[p].below[i] = (uint16_t)old;
    s->table[old].uses++;
    replaced_drop(s, n);
    reclaim_table(s, n);
}
