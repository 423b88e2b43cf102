/*
 * Regions: what is mapped where in this process. A sorted table of ranges that
 * do not overlap; neighbours that are alike are one. This is the table only:
 * memory.c keeps it and the machine's mappings in step.
 *
 * The machine's fault handler asks it too (region_find), at any moment but in
 * the middle of a change: no function of this file faults on program memory.
 */
#ifndef XO5_UNIX_PERSONALITY_MEMORY_REGIONS_H
#define XO5_UNIX_PERSONALITY_MEMORY_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

#define REGIONS_MAX 16384

#define REGION_FILE 1u   /* pages of a file, else zeros at first touch */
#define REGION_SHARED 2u /* stores are seen by all who have it mapped */
#define REGION_GROWS 4u  /* down, when what lies below it is touched */
#define REGION_HEAP 8u   /* brk's: never merged with others */

struct region {
    uint64_t start, end; /* multiples of a page */
    uint32_t rights;     /* RIGHT_R, RIGHT_W, RIGHT_X; 0: none */
    uint32_t flags;      /* REGION_ bits */
    uint64_t first;      /* of a file: which page of it is at start */
    uint32_t file;       /* and its number (host.h); 0: it has none */
};

/*
 * What is at that address: a copy of its region. False: nothing, and an access
 * is the program's fault. The personality's own memory is a region of zeros,
 * readable and writable, that is in no table.
 *
 * For the machine: a page of a region without REGION_FILE that was never
 * touched is to be filled with zeros; one of a region with it is the
 * file's page, or where the file has no number, what host_map_file put there.
 * `rights` is what the program may do: a store to a page that is copied on
 * write is allowed by RIGHT_W.
 */
bool region_find(uint64_t va, struct region *found);

/* The region with the lowest address that ends above va; NULL if none. It may
 * start above va. Valid until the table changes. */
const struct region *region_next(uint64_t va);

/* Is all of [va, va + n) mapped, with at least these rights? */
bool region_allows(uint64_t va, uint64_t n, uint32_t rights);

/* How much of [va, va + n), from va on, is mapped with those rights. */
uint64_t region_reach(uint64_t va, uint64_t n, uint32_t rights);

/* How many more entries the table has room for; a change of one range needs
 * two at most. */
uint32_t region_room(void);

/* Enters a range where nothing is. Room must be there. */
void region_enter(struct region region);
void region_add(uint64_t start, uint64_t end, uint32_t rights, uint32_t flags);

/* Which page of the file is at that address of the region. */
uint64_t region_page(const struct region *region, uint64_t va);

/* Was anything entered that others have too, since the table was empty? */
bool region_was_shared(void);

/* Has any region that file, shared or not? */
bool region_has_file(uint32_t file);

/* Takes out what is in the range; regions that reach over its ends are cut.
 * Room for one must be there. */
void region_remove(uint64_t start, uint64_t end);

/* Gives all that is mapped in the range these rights. Room for two must be
 * there. */
void region_protect(uint64_t start, uint64_t end, uint32_t rights);

/* A gap of `length` bytes in [low, high) at a multiple of `align`, the lowest;
 * 0 if there is none. */
uint64_t region_gap(uint64_t low, uint64_t high, uint64_t length,
                    uint64_t align);

/* How many bytes are mapped in all. */
uint64_t region_total(void);

/* Forgets everything. */
void region_clear(void);

#endif
