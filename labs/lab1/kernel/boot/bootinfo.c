/*
 * Exercise 1.1. The boot information, read without trusting it.
 */
#include "boot/bootinfo.h"

#include "lib/exercise.h"

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    /*
     * TODO 1: read the total size, and refuse it if it cannot be true.
     * TODO 2: start *out as empty.
     * TODO 3: go from tag to tag; before you use a tag's size, check it.
     * TODO 4: take what the tags listed in bootinfo.h say. One static
     *         function a tag keeps this one short.
     * TODO 5: at the end tag, make sure that there is RAM at all.
     * TODO 6: decide what it means to run out of tags before the end tag.
     */
    (void)info;
    (void)limit;
    (void)out;
    exercise_missing("1.1 (kernel/boot/bootinfo.c: bootinfo_parse)");
}
