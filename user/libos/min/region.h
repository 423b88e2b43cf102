/* What the program's addresses mean: regions, in any order, which never
 * overlap. What is in none is no memory of the program's. */
#ifndef XO5_MIN_REGION_H
#define XO5_MIN_REGION_H

#include <stdbool.h>
#include <stdint.h>

#define REGIONS 64

enum region_kind {
    REGION_NONE = 0, /* this one is not in use */
    REGION_ZERO,     /* zeros */
    REGION_FILE,     /* pages of the root image, from page `first` on */
    REGION_STACK,    /* zeros; grows downwards */
    REGION_HEAP,     /* zeros; brk moves its end, and it may be empty */
};

struct region {
    uint64_t start, end; /* multiples of a page */
    uint64_t first; /* of a file: see above; of the heap: its end in bytes */
    enum region_kind kind;
    unsigned rights; /* RIGHT_ bits */
};

extern struct region regions[REGIONS];

/* The region that the address is in; NULL: none. */
struct region *region_find(uint64_t va);

/* The region of that kind, for the stack and the heap; NULL: none. */
struct region *region_of(enum region_kind kind);

/* Is any region in [start, end)? */
bool region_overlaps(uint64_t start, uint64_t end);

/* Adds one. False: there is no room for it in the table. */
bool region_add(const struct region *r);

/* Takes [start, end) out of all regions. False: no room for what remains of
 * the one that is cut in two, and nothing has changed. */
bool region_cut(uint64_t start, uint64_t end);

/* Gives [start, end) other rights, where regions are. False as above. */
bool region_protect(uint64_t start, uint64_t end, unsigned rights);

/* Where `size` bytes are free for mmap; 0: nowhere. */
uint64_t region_place(uint64_t size);

/* Forgets all of them. */
void region_empty(void);

#endif
