/*
 * Exercise 1.3. The walk, as a recursion: each call looks at one entry.
 */
#include "boot/walk.h"

#include "boot/bootmem.h"

#define ALL (RIGHT_R | RIGHT_W | RIGHT_X)
#define NOWHERE ((struct walk){WALK_NONE, arch_depth})

/* All bits above the highest that the tables use are copies of it. */
static bool is_canonical(vaddr va)
{
    uint64_t copies = UINT64_MAX << (level_shift(arch_depth + 1) - 1);
    return (va.v & copies) == 0 || (va.v & copies) == copies;
}

static uint64_t entry_of(uint64_t table, vaddr va, unsigned level)
{
    uint64_t entries = va.v >> level_shift(level);
    return entry_name(table, (unsigned)(entries & (TABLE_ENTRIES - 1)));
}

static struct walk find(uint64_t table, vaddr va, unsigned level, unsigned to)
{
    struct walk here = {entry_of(table, va, level), level};
    pte e = entry_load(here.entry);
    if (level == to || !(e.bits & PTE_P) || entry_is_page(e, level)) {
        return here;
    }
    return find(entry_frame(e, level), va, level - 1, to);
}

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    return is_canonical(va) ? find(root, va, arch_depth, to) : NOWHERE;
}

static struct walk make(uint64_t table, vaddr va, struct walk to, unsigned how)
{
    struct walk here = {entry_of(table, va, to.level), to.level};
    pte e = entry_load(here.entry);
    if (here.level == to.entry) {
        return here;
    }
    if (entry_is_page(e, here.level)) {
        return NOWHERE;
    }
    if (!(e.bits & PTE_P)) {
        uint64_t frame = bootmem_take();
        if (frame == BOOTMEM_NONE) {
            return NOWHERE;
        }
        e = entry_make(frame, here.level, ALL, how | ENTRY_TABLE);
        entry_store(here.entry, e);
    }
    to.level--;
    return make(entry_frame(e, here.level), va, to, how);
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    /* In `make`, to.entry is the level to reach and to.level where it is. */
    struct walk way = {to, arch_depth};
    return is_canonical(va) ? make(root, va, way, how) : NOWHERE;
}

/* Narrows *so_far by what each entry allows. */
static bool translate(uint64_t table, vaddr va, struct mapping *so_far)
{
    unsigned level = so_far->level;
    pte e = entry_load(entry_of(table, va, level));
    if (!(e.bits & PTE_P)) {
        return false;
    }
    so_far->rights &= entry_rights(e);
    so_far->user &= (e.bits & PTE_U) != 0;
    if (!entry_is_page(e, level)) {
        so_far->level--;
        return translate(entry_frame(e, level), va, so_far);
    }
    so_far->pa.v = entry_frame(e, level) * FRAME_SIZE;
    so_far->pa.v |= va.v & (level_size(level) - 1);
    return true;
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    struct mapping found = {{0}, arch_depth, ALL, true};
    if (!is_canonical(va) || !translate(root, va, &found)) {
        return false;
    }
    *out = found;
    return true;
}
