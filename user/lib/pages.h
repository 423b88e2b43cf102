/*
 * Address spaces, built with the operations. A process cannot read a table,
 * so the mapper keeps for each table that it knows a shadow: which resource
 * each entry holds. It has PAGES_TABLES of them, for all spaces together.
 *
 * A space is a TABLE and all that is mapped beneath it: a whole process, or a
 * subtree that is then attached elsewhere by one entry; addresses in it count
 * from its own beginning.
 *
 * Everything answers a word of abi/errors.h: the operations' own; E_FULL too
 * if there is no shadow left; E_BUSY if a page or somebody else's table is
 * where a table is needed; E_MATCH if nothing is mapped there; E_ALLOWANCE if
 * there is no frame for a table.
 */
#ifndef XO5_USER_PAGES_H
#define XO5_USER_PAGES_H

#include "lib/operations.h"

#define PAGES_TABLES 40

/* A ceiling for what nobody shall pass on, and one for what may be. */
#define RIGHTS_ALL (RIGHTS_RWX | RIGHT_SHARE)
#define RIGHTS_PAGE RIGHTS(RIGHT_R | RIGHT_W, RIGHTS_ALL)

struct space {
    uint64_t table; /* its top */
    unsigned level; /* of the entry that the top fits */
    uint64_t owner; /* whose the tables shall be that are made */
};

/* My own space. Only what the mapper maps there is known to it: use
 * pages_address. */
struct space pages_own(void);

/* The space of another process, mine or my child's, or of any table. */
struct space pages_space(uint64_t table, unsigned level, uint64_t owner);

/* GiB number n, from 0 to PAGES_SLOTS - 1, of my own space, of which neither
 * the kernel nor lib/child.h uses any. */
#define PAGES_SLOTS 128
uint64_t pages_address(unsigned n);

/* The bytes that an entry of that level covers. */
static inline uint64_t pages_size(unsigned level)
{
    return UINT64_C(1) << (12 + 9 * (level - 1));
}

/* Names the entry of that level for an address, making the tables above it
 * that are missing; its answer is in *entry. */
enum error pages_entry(const struct space *space, uint64_t va, unsigned level,
                       uint64_t *entry);

/* Attaches a resource of that level (a page of any size, or a TABLE) at an
 * address; the resource is mine. `rights` is RIGHTS(rights, ceiling). */
enum error pages_map(const struct space *space, uint64_t va, uint64_t resource,
                     unsigned level, uint64_t rights);

/* The same for one that I hold: source and via as `attach` wants them. */
enum error pages_share(const struct space *space, uint64_t va,
                       uint64_t resource, unsigned level, uint64_t rights,
                       uint64_t source, uint64_t via);

/* A fresh page of mine at an address, R and W; its frame is in *frame. */
enum error pages_fresh(const struct space *space, uint64_t va, uint64_t *frame);

/* What is mapped there; 0 for nothing. */
uint64_t pages_resource(const struct space *space, uint64_t va, unsigned level);

/* Changes the rights and ceiling of what is mapped there. */
enum error pages_protect(const struct space *space, uint64_t va, unsigned level,
                         uint64_t rights);

/* Detaches what is mapped there. The resource stays whose it is. */
enum error pages_unmap(const struct space *space, uint64_t va, unsigned level);

/* Tells the mapper what is there now, or 0 for nothing: an operation that was
 * not called by it changed that. */
void pages_note(const struct space *space, uint64_t va, unsigned level,
                uint64_t resource);

/* Detaches all that the mapper knows of a space and gives the tables beneath
 * the top back; the top stays. The first error that comes is the answer. */
enum error pages_clear(const struct space *space);

/* The mapper forgets every space: in a child that has its parent's data. */
void pages_reset(void);

#endif
