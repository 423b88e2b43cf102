/*
 * The contracts of what lab 1's boot is made of: the walk, ranges, the
 * kernel's own mappings, frames for boot, and what is read from outside.
 */
#include "boot/boot.h"
#include "boot/bootinfo.h"
#include "boot/bootmem.h"
#include "boot/kmap.h"
#include "boot/map.h"
#include "boot/walk.h"
#include "contracts/contract.h"

/* A frame that boot has taken. */
static uint64_t check_taken(uint64_t frame)
{
    for (unsigned i = 0; frame != BOOTMEM_NONE && i < TABLE_ENTRIES; i++) {
        ASSERT(tables[frame][i].bits == 0,
               "bootmem_take, bootmem_need: it is cleared");
    }
    const struct busy *b;
    for (unsigned n = 0; (b = bootmem_busy(n)); n++) {
        ASSERT(frame == BOOTMEM_NONE || frame * FRAME_SIZE >= b->end ||
                   (frame + 1) * FRAME_SIZE <= b->start,
               "bootmem_take, bootmem_need: kept away from what bootmem_keep "
               "named");
    }
    ASSERT(frame == BOOTMEM_NONE || frame < bootmem_next(),
           "bootmem_next: what was given out lies below");
    return frame;
}

CONTRACT(uint64_t, bootmem_take, void)
{
    return check_taken(__real_bootmem_take());
}

CONTRACT(uint64_t, bootmem_need, const char *otherwise)
{
    uint64_t taken = bootmem_taken();
    uint64_t frame = check_taken(__real_bootmem_need(otherwise));
    ASSERT(frame != BOOTMEM_NONE, "bootmem_need: a frame, or the end");
    ASSERT(bootmem_taken() == taken + 1, "bootmem_taken: one more");
    return frame;
}

CONTRACT(void, bootmem_init, const struct bootinfo *info)
{
    __real_bootmem_init(info);
    ASSERT(bootmem_taken() == 0 && !bootmem_busy(0),
           "bootmem_init: starts anew");
}

CONTRACT(void, bootmem_keep, uint64_t start, uint64_t end, const char *what)
{
    ASSERT(bootmem_taken() == 0,
           "bootmem_keep: called before the first bootmem_take");
    __real_bootmem_keep(start, end, what);
}

CONTRACT(bool, bootmem_ram, uint64_t *start, uint64_t *end)
{
    uint64_t from = *start;
    bool more = __real_bootmem_ram(start, end);
    ASSERT(!more || (*start >= from && *start < *end),
           "bootmem_ram: the next stretch, at or above *start");
    return more;
}

CONTRACT(struct walk, walk_find, uint64_t root, vaddr va, unsigned to)
{
    struct walk at = __real_walk_find(root, va, to);
    ASSERT(at.entry != WALK_NONE || !arch_is_canonical(va.v),
           "walk_find: WALK_NONE if the address is not canonical");
    ASSERT(at.entry == WALK_NONE || (at.level >= to && at.level <= arch_depth),
           "walk_find: down to the entry of that level, or earlier");
    return at;
}

CONTRACT(struct walk, walk_make, uint64_t root, vaddr va, unsigned to,
         unsigned how)
{
    struct walk at = __real_walk_make(root, va, to, how);
    ASSERT(at.entry == WALK_NONE || at.level == to,
           "walk_make: the entry of that level, or WALK_NONE");
    return at;
}

CONTRACT(bool, walk_translate, uint64_t root, vaddr va, struct mapping *out)
{
    bool found = __real_walk_translate(root, va, out);
    ASSERT(!found || (out->level >= 1 && out->level <= arch_page_levels),
           "walk_translate: a page of level 1, 2 or 3");
    ASSERT(!found || ((out->pa.v ^ va.v) % level_size(out->level)) == 0,
           "walk_translate: where the address leads to");
    return found;
}

CONTRACT(unsigned, map_level, vaddr va, paddr pa, uint64_t size)
{
    unsigned level = __real_map_level(va, pa, size);
    ASSERT(level >= 1 && level <= arch_page_levels,
           "map_level: at least 1, and the processor has it");
    ASSERT((va.v | pa.v) % level_size(level) == 0 && level_size(level) <= size,
           "map_level: both addresses are multiples of its size");
    return level;
}

/* After MAP_OK the range's first and last bytes lead where it says. */
static void check_mapped(uint64_t root, struct range r, unsigned rights,
                         unsigned how)
{
    uint64_t end[] = {0, r.size - 1};
    for (unsigned i = 0; i < ARRAY_COUNT(end); i++) {
        struct mapping m = {.level = 0};
        bool found = __real_walk_translate(root, (vaddr){r.va.v + end[i]}, &m);
        ASSERT(found && m.pa.v == r.pa.v + end[i],
               "map_range: maps range.va to range.pa");
        ASSERT((m.rights & ~rights) == 0, "map_range: with no other rights");
        ASSERT(!m.user || (how & ENTRY_USER),
               "map_range: ring 3 passes only with ENTRY_USER");
    }
}

CONTRACT(enum map_error, map_range, uint64_t root, struct range range,
         unsigned rights, unsigned how)
{
    ASSERT(!(how & ENTRY_TABLE), "map_range: no ENTRY_TABLE");
    enum map_error error = __real_map_range(root, range, rights, how);
    uint64_t odd = (range.va.v | range.pa.v | range.size) % FRAME_SIZE;
    ASSERT((error == MAP_ALIGN) == (odd != 0 || range.size == 0),
           "map_range: MAP_ALIGN first, and for nothing else");
    if (error == MAP_OK) {
        check_mapped(root, range, rights, how);
    }
    return error;
}

CONTRACT(unsigned, kmap_rights, enum part_kind kind)
{
    unsigned rights = __real_kmap_rights(kind);
    ASSERT((rights & (RIGHT_W | RIGHT_X)) != (RIGHT_W | RIGHT_X),
           "invariant 6: kmap_rights: nothing is both writable and executable");
    return rights;
}

/* The part of the image that is at this physical address; NULL if none. */
static const struct part *part_at(const struct image *image, uint64_t pa)
{
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image->part[i];
        if (pa >= part->pa.v && pa < part->pa.v + part->size) {
            return part;
        }
    }
    return NULL;
}

/* The page at `va` is that of `pa`, with these rights, and the kernel's.
 * Returns how far the page reaches from there. */
static uint64_t check_page(uint64_t root, uint64_t va, uint64_t pa,
                           unsigned rights)
{
    struct mapping m = {.level = 0};
    bool found = __real_walk_translate(root, (vaddr){va}, &m);
    ASSERT(found && m.pa.v == pa,
           "kmap_build: each part at its va, and all RAM in the direct map");
    ASSERT(m.rights == rights,
           "invariant 6: kmap_build: text and read-only data are writable "
           "nowhere, and nothing but text is executable");
    ASSERT(!m.user, "kmap_build: nothing is for ring 3");
    return level_size(m.level) - (va & (level_size(m.level) - 1));
}

CONTRACT(enum map_error, kmap_build, uint64_t root, const struct image *image,
         const struct bootinfo *info)
{
    enum map_error error = __real_kmap_build(root, image, info);
    uint64_t step, pa = 0, end;
    if (error != MAP_OK) {
        return error;
    }
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image->part[i];
        for (uint64_t at = 0; at < part->size; at += step) {
            step = check_page(root, part->va.v + at, part->pa.v + at,
                              __real_kmap_rights(part->kind));
        }
    }
    for (; bootmem_ram(&pa, &end); pa = end) {
        for (; pa < end; pa += step) {
            const struct part *part = part_at(image, pa);
            bool data = !part || part->kind == PART_DATA;
            step = check_page(root, DIRECT_BASE + pa, pa,
                              data ? RIGHT_R | RIGHT_W : RIGHT_R);
        }
    }
    return error;
}

CONTRACT(uint64_t, boot_map_device, const struct boot *boot, uint64_t va,
         uint64_t pa, uint64_t size)
{
    uint64_t start = pa, end;
    ASSERT(va % FRAME_SIZE == 0, "boot_map_device: at a page's start");
    ASSERT(!bootmem_ram(&start, &end) || start >= pa + size,
           "boot_map_device: it is no RAM");
    uint64_t at = __real_boot_map_device(boot, va, pa, size);
    struct mapping m = {.level = 0};
    ASSERT(__real_walk_translate(boot->root, (vaddr){at}, &m) && m.pa.v == pa,
           "boot_map_device: returns where pa is then");
    ASSERT(__real_walk_translate(boot->root, (vaddr){at + size - 1}, &m) &&
               m.pa.v == pa + size - 1,
           "boot_map_device: all of it is there");
    ASSERT(m.rights == (RIGHT_R | RIGHT_W) && !m.user,
           "boot_map_device: it stays the kernel's");
    return at;
}

CONTRACT(enum bootinfo_error, bootinfo_parse, const uint8_t *info,
         uint64_t limit, struct bootinfo *out)
{
    ASSERT((uintptr_t)info % 8 == 0, "bootinfo_parse: aligned to 8 bytes");
    enum bootinfo_error error = __real_bootinfo_parse(info, limit, out);
    bool ram = false;
    if (error != BOOTINFO_OK) {
        return error;
    }
    ASSERT(out->regions <= BOOTINFO_REGIONS && out->modules <= BOOTINFO_MODULES,
           "bootinfo_parse: no more than there is room for");
    for (uint64_t i = 0; i < out->regions; i++) {
        const struct region *r = &out->region[i];
        bool whole = r->start < r->end && (r->start | r->end) % FRAME_SIZE == 0;
        ASSERT(r->start <= r->end, "bootinfo_parse: no region wraps");
        ASSERT(r->kind != REGION_RAM || whole,
               "bootinfo_parse: a RAM region holds whole frames");
        ram = ram || r->kind == REGION_RAM;
    }
    ASSERT(ram, "bootinfo_parse: BOOTINFO_RAM without a region of RAM");
    return error;
}
