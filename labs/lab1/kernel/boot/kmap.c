/*
 * Exercise 1.5. The kernel's own mappings.
 */
#include "boot/kmap.h"

#include "lib/exercise.h"

unsigned kmap_rights(enum part_kind kind)
{
    /* TODO 1: which rights does each kind of part need, and no more? */
    (void)kind;
    exercise_missing("1.5 (kernel/boot/kmap.c: kmap_rights)");
}

enum map_error kmap_build(uint64_t root, const struct image *image,
                          const struct bootinfo *info)
{
    /*
     * TODO 2: map the parts of the image.
     * TODO 3: map the RAM regions at DIRECT_BASE; where must a region be cut
     *         so that the third rule of kmap.h holds?
     * TODO 4: give back the first error.
     */
    (void)root;
    (void)image;
    (void)info;
    exercise_missing("1.5 (kernel/boot/kmap.c: kmap_build)");
}
