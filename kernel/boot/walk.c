/*
 * Exercise 1.3. The walk.
 *
 * Each step takes nine bits of the address as an index into a table, and the
 * entry there names the next table:
 *
 *   root --> entry of level D --> table --> ... --> entry of level 1 --> page
 *
 * It ends at the level that was asked for, or earlier: at an entry that is
 * empty, or that holds a large page. Which of the two, and where, is the
 * answer. Entries go by their names, table * 512 + i (core/tables.h), and
 * never by pointers.
 */
#include "boot/walk.h"

#include "boot/bootmem.h"

static bool is_canonical(vaddr va)
{
    unsigned unused = 63 - (PAGE_SHIFT + INDEX_BITS * arch_depth - 1);
    /* Up, and down again as a signed number: the unused bits are copies now. */
    return (uint64_t)((int64_t)(va.v << unused) >> unused) == va.v;
}

static uint64_t name_in(uint64_t table, vaddr va, unsigned level)
{
    return entry_name(table, (va.v >> level_shift(level)) % TABLE_ENTRIES);
}

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    struct walk at = {name_in(root, va, arch_depth), arch_depth};
    if (!is_canonical(va)) {
        return (struct walk){WALK_NONE, arch_depth};
    }
    while (at.level > to) {
        pte e = entry_load(at.entry);
        if (!entry_rights(e) || entry_is_page(e, at.level)) {
            break;
        }
        at.entry = name_in(entry_frame(e, at.level), va, at.level - 1);
        at.level--;
    }
    return at;
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    struct walk at = walk_find(root, va, to);
    while (at.entry != WALK_NONE && at.level > to) {
        uint64_t table = BOOTMEM_NONE;
        /* Present and still above `to`: a page stands in the way. */
        if (!entry_rights(entry_load(at.entry))) {
            table = bootmem_take();
        }
        if (table == BOOTMEM_NONE) {
            return (struct walk){WALK_NONE, at.level};
        }
        /* With all rights: the processor allows what every entry on the way
         * allows, and what this address may is said at the end of it. */
        entry_store(at.entry,
                    entry_make(table, at.level, RIGHT_R | RIGHT_W | RIGHT_X,
                               how | ENTRY_TABLE));
        at = walk_find(root, va, to);
    }
    return at;
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    struct mapping found = {.rights = RIGHT_R | RIGHT_W | RIGHT_X,
                            .user = true};
    for (unsigned level = arch_depth; level > 0; level--) {
        struct walk at = walk_find(root, va, level);
        if (at.entry == WALK_NONE || at.level != level) {
            return false;
        }
        pte e = entry_load(at.entry);
        if (!entry_rights(e)) {
            return false;
        }
        /* As the processor does: one that forbids is enough. */
        found.rights &= entry_rights(e);
        found.user = found.user && (e.bits & PTE_U);
        if (entry_is_page(e, level)) {
            found.level = level;
            found.pa.v = entry_frame(e, level) << PAGE_SHIFT;
            found.pa.v += va.v % level_size(level);
            *out = found;
            return true;
        }
    }
    return false;
}
