/*
 * Exercise 1.3. The walk: an address is first taken apart into the indexes
 * that it goes by; then one loop serves all three functions.
 */
#include "boot/walk.h"

#include "boot/bootmem.h"

/* The indexes of an address, by level; index 0 is not used. */
struct route {
    unsigned index[LEVEL_MAX + 1];
    bool canonical;
};

static struct route route_of(vaddr va)
{
    struct route route = {.canonical = true};
    uint64_t left = va.v >> PAGE_SHIFT;
    for (unsigned level = 1; level <= arch_depth; level++) {
        route.index[level] = (unsigned)(left % TABLE_ENTRIES);
        left /= TABLE_ENTRIES;
    }
    /* What is left must repeat the highest bit that was used. */
    uint64_t none = 0, all = UINT64_MAX >> level_shift(arch_depth + 1);
    bool high = route.index[arch_depth] >= TABLE_ENTRIES / 2;
    route.canonical = left == (high ? all : none);
    return route;
}

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    struct route route = route_of(va);
    uint64_t table = root;
    if (!route.canonical) {
        return (struct walk){WALK_NONE, arch_depth};
    }
    for (unsigned level = arch_depth;; level--) {
        uint64_t entry = entry_name(table, route.index[level]);
        pte e = entry_load(entry);
        bool leads_on = entry_rights(e) != 0 && !entry_is_page(e, level);
        if (level == to || !leads_on) {
            return (struct walk){entry, level};
        }
        table = entry_frame(e, level);
    }
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    struct walk found = walk_find(root, va, to);
    if (found.entry == WALK_NONE || found.level == to) {
        return found;
    }
    if (entry_is_page(entry_load(found.entry), found.level)) {
        return (struct walk){WALK_NONE, arch_depth};
    }
    struct route route = route_of(va);
    while (found.level > to) {
        uint64_t table = bootmem_take();
        if (table == BOOTMEM_NONE) {
            return (struct walk){WALK_NONE, arch_depth};
        }
        pte e = entry_make(table, found.level, RIGHT_R | RIGHT_W | RIGHT_X,
                           how | ENTRY_TABLE);
        entry_store(found.entry, e);
        found.level--;
        found.entry = entry_name(table, route.index[found.level]);
    }
    return found;
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    struct walk last = walk_find(root, va, 1);
    unsigned rights = RIGHT_R | RIGHT_W | RIGHT_X;
    bool user = true;
    if (last.entry == WALK_NONE ||
        !entry_is_page(entry_load(last.entry), last.level)) {
        return false;
    }
    for (unsigned level = last.level; level <= arch_depth; level++) {
        pte e = entry_load(walk_find(root, va, level).entry);
        rights &= entry_rights(e);
        user = user && (e.bits & PTE_U) != 0;
    }
    uint64_t offset = va.v & (level_size(last.level) - 1);
    uint64_t frame = entry_frame(entry_load(last.entry), last.level);
    *out = (struct mapping){
        {(frame << PAGE_SHIFT) + offset}, last.level, rights, user};
    return true;
}
