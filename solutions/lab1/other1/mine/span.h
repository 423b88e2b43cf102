/* Bytes that may be read, and no other: each piece knows its own length. */
#ifndef MINE_SPAN_H
#define MINE_SPAN_H

#include "lib/types.h"

struct span {
    const uint8_t *at;
    uint64_t left; /* bytes */
};

/* Cuts `bytes` off the front of *from into *piece; false, and nothing is cut,
 * if there are not so many. */
bool span_cut(struct span *from, uint64_t bytes, struct span *piece);

/* Cuts the next 4 or 8 bytes off the front; 0 if there are not so many. */
uint32_t span_32(struct span *from);
uint64_t span_64(struct span *from);

/* Copies the string at the front, its zero too, to `to`, which has room for
 * `room` bytes. Returns its length; `room` or more if it does not fit, and
 * UINT64_MAX if the span holds no zero. */
uint64_t span_string(struct span from, char *to, uint64_t room);

#endif
