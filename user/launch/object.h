/*
 * A library OS as it lies in a file: an ELF shared object, checked. Both
 * launchers read theirs with this: the one of user/launch, and the keeper of
 * the unix library OS. System V ABI, chapters 4 and 5.
 */
#ifndef XO5_LAUNCH_OBJECT_H
#define XO5_LAUNCH_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "launch/launch.h"

/* A part of it, as it is to be in memory. Addresses count from where the
 * object's address 0 is to be. */
struct part {
    uint64_t start, end;  /* of memory, multiples of 4096 */
    const uint8_t *bytes; /* in the file */
    uint64_t count;       /* of bytes; zeros behind */
    unsigned rights;      /* RIGHT_R, RIGHT_W, RIGHT_X: never both of these */
};

#define PARTS_MAX 8

/* A word that is to be the object's place and `addend`. */
struct relocation {
    uint64_t place, info, addend;
};

struct object {
    struct part parts[PARTS_MAX]; /* in the order of their addresses */
    unsigned count;
    uint64_t entry;
    const struct relocation *relocations; /* all of them are relative */
    uint64_t relocation_count;
    const struct launch_export *exported;
};

/* What a launcher has room for: parts that nobody stores to are from 0 to
 * text_end, and variables from data_start to data_end. */
struct room {
    uint64_t text_end, data_start, data_end;
    uint64_t launcher; /* which of launch.h's it is */
    bool relocates;    /* it can change words of the object to addresses */
};

/* Reads the object of `size` bytes, which must stay where it is; returns NULL,
 * or what is wrong with it, in words that follow its name: it is no shared
 * object for x86-64; its program headers are damaged; it does not export
 * xo5_libos; that is of another version, or for another launcher; its parts do
 * not fit the room; its relocations are damaged, or name symbols, or are more
 * than the launcher can do. */
const char *object_read(const uint8_t *file, uint64_t size,
                        const struct room *room, struct object *object);

#endif
