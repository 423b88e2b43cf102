/* The library OS itself, of which all processes have the same text. */
#ifndef XO5_UNIX_XO5_KEEPER_TEXT_H
#define XO5_UNIX_XO5_KEEPER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "launch/object.h"

/* Where it may lie. */
extern const struct room text_room;

/* What of it the processes need. */
struct text {
    uint64_t tables[4];  /* frames; 0: none */
    uint64_t entry;      /* where it starts */
    const uint8_t *data; /* its variables as they are at the start */
    uint64_t data_size;  /* of those that are not zero */
    uint64_t core_size;  /* of all */
};

/* Puts the object, which was read with text_room, where all processes will see
 * it; false if there is no memory. */
bool text_load(const struct object *object, struct text *text);

#endif
