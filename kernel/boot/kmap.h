/*
 * The kernel's own mappings. Three rules hold for every one of them:
 *
 *   - nothing is both writable and executable (W^X);
 *   - only the kernel's text is executable;
 *   - the text and the read-only data are writable through no address, so
 *     not through the direct map either.
 */
#ifndef XO5_BOOT_KMAP_H
#define XO5_BOOT_KMAP_H

#include "boot/bootinfo.h"
#include "boot/map.h"
#include "lib/image.h"

/* The rights that a part of the image of that kind is mapped with. */
unsigned kmap_rights(enum part_kind kind);

/*
 * Maps below that root, an empty table of level D:
 *   - each part of the image at its va, with kmap_rights;
 *   - every RAM region at DIRECT_BASE + its physical address, readable and
 *     writable, but where a PART_TEXT or a PART_RODATA lies, only readable.
 * The image lies in one RAM region; its parts ascend. Nothing is for ring 3.
 * Returns map_range's first error.
 */
enum map_error kmap_build(uint64_t root, const struct image *image,
                          const struct bootinfo *info);

#endif
