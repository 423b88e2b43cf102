/* A library OS as it lies in a file: an ELF shared object. System V ABI,
 * chapters 4 and 5. */
#ifndef XO5_LAUNCH_OBJECT_H
#define XO5_LAUNCH_OBJECT_H

#include <stdint.h>

#include "launch/launch.h"

/* A part of it, as it is to be in memory. */
struct part {
    uint64_t start, end; /* of memory, from LAUNCH_BASE on */
    const uint8_t *bytes;
    uint64_t count; /* of bytes; zeros behind */
    unsigned rights;
};

#define PARTS_MAX 4

struct object {
    struct part parts[PARTS_MAX];
    unsigned count;
    uint64_t entry; /* an address */
    const struct launch_export *exported;
};

/* Reads the object of `size` bytes; NULL, or what is wrong with it in words
 * that follow "the library OS". */
const char *object_read(const uint8_t *file, uint64_t size,
                        struct object *object);

#endif
