/*
 * The shadow of a process's tables. A process cannot read a table, so it writes
 * down what it did to each, in its core; the keeper reads the shadows of dead
 * processes to take them apart, and trusts none. A table is named by its index:
 *
 *   table[1], the root          table[7], a directory     table[9], of pages
 *   shadows[i]  frame | W  -+   shadows[k]  frame | W     shadows[n]  frame | W
 *   below[i]    7 ----------+-> below[k]    9 ---------->
 *
 *   31  30  29      28     27    26   25             0
 *   W   X   SHARED  FIXED  AWAY  OLD  frame              a shadow entry
 */
#ifndef XO5_UNIX_XO5_SHADOW_H
#define XO5_UNIX_XO5_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/rights.h"
#include "lib/books.h"
#include "lib/operations.h"
#include "libos/unix/xo5/layout.h"

#define SPACE_LEVELS 3 /* root (3), directories (2), tables of pages */

/* A shadow entry: the frame, and of a page how the process has it. */
#define SHADOW_FRAME UINT32_C(0x3ffffff)  /* of up to 256 GiB */
#define SHADOW_W (UINT32_C(1) << 31)      /* stores are let through */
#define SHADOW_X (UINT32_C(1) << 30)      /* it may be run */
#define SHADOW_SHARED (UINT32_C(1) << 29) /* never copied: others shall see */
#define SHADOW_FIXED (UINT32_C(1) << 28)  /* a file's: its ceiling has no W */
#define SHADOW_AWAY (UINT32_C(1) << 27) /* mine, and not attached: no rights */
#define SHADOW_OLD (UINT32_C(1) << 26)  /* in an older table; alone: gone */

struct table {
    uint64_t frame; /* 0: this shadow is not in use */
    uint32_t level; /* of its entries: 1 to 3 */
    uint32_t uses;  /* tables whose below[] has it; 0: it is to be reclaimed */
    uint64_t some[8];      /* a bit for each of shadows[] that is not 0 */
    uint32_t shadows[512]; /* frame | SHADOW_W; 0: nothing */
    uint16_t below[512];   /* of a table: its index; 0: none, or a superpage */
    uint16_t old;          /* of pages: where those that are not here yet are */
    uint16_t place; /* its place, from 1 on, if it was replaced; 0: none */
};

struct address_space {
    uint64_t slot;
    uint32_t tables;         /* indexes that were ever in use: 1 to this */
    uint32_t deferred_count; /* pages, in deferred[] */
    uint32_t deferred[1000];
    struct table table[]; /* [0] is not used; [1] is the root */
};

#define SPACE_ROOT 1
#define SPACE_TABLES                                                           \
    ((LIBOS_TABLE - CORE_TABLES - sizeof(struct address_space)) /              \
     sizeof(struct table))

/* This process's. */
static inline struct address_space *space_own(void)
{
    return (struct address_space *)(LIBOS_CORE + CORE_TABLES);
}

#define RIGHTS_ALL (RIGHTS_RWX | RIGHT_SHARE)
#define RIGHTS_FIXED (RIGHT_R | RIGHT_X | RIGHT_SHARE)
#define TABLE_WRITABLE RIGHTS(RIGHTS_RWX, RIGHTS_ALL)
#define TABLE_READONLY RIGHTS(RIGHT_R | RIGHT_X, RIGHTS_ALL)
#define PAGE_SIZE UINT64_C(4096)

/* Which entry of a table of entries of that level maps the address. */
static inline unsigned table_index(uint64_t va, unsigned level)
{
    return va >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* The first entry from `from` on of which that set (struct table's `some`) has
 * a bit; TABLE_ENTRIES: none. */
static inline unsigned table_next(const uint64_t *some, unsigned from)
{
    while (from < TABLE_ENTRIES) {
        uint64_t word = some[from / 64] >> from % 64;
        if (word != 0) {
            return from + (unsigned)__builtin_ctzll(word);
        }
        from = (from | 63) + 1;
    }
    return TABLE_ENTRIES;
}

/* Writes down what entry i of a table is. */
static inline void table_note(struct table *t, unsigned i, uint32_t shadow)
{
    uint64_t bit = UINT64_C(1) << i % 64;
    t->shadows[i] = shadow;
    t->some[i / 64] =
        shadow == 0 ? t->some[i / 64] & ~bit : t->some[i / 64] | bit;
}

/* The frame of what an entry holds; 0 for nothing. */
static inline uint32_t shadow_frame(uint32_t shadow)
{
    return shadow & SHADOW_FRAME;
}

/* Is there something attached? */
static inline bool shadow_is_there(uint32_t shadow)
{
    return shadow_frame(shadow) != 0 && !(shadow & SHADOW_AWAY);
}

/* The rights word of a page's entry. */
static inline uint64_t shadow_rights(uint32_t shadow)
{
    unsigned rights = RIGHT_R | (shadow & SHADOW_W ? RIGHT_W : 0) |
                      (shadow & SHADOW_X ? RIGHT_X : 0);
    return RIGHTS(rights, shadow & SHADOW_FIXED ? RIGHTS_FIXED : RIGHTS_ALL);
}

/* Is entry i of that directory a superpage? */
static inline bool superpage_is(const struct table *directory, unsigned i)
{
    return directory->level == 2 && directory->shadows[i] != 0 &&
           directory->below[i] == 0;
}

#endif
