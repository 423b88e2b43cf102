/* Tables, and their copies: the part of a space above its pages. */
#ifndef XO5_UNIX_XO5_PERSONALITY_COW_H
#define XO5_UNIX_XO5_PERSONALITY_COW_H

#include <stdbool.h>

#include "abi/rights.h"
#include "lib/books.h"
#include "libos/unix/xo5/personality/space.h"

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

/* True if nobody else has this resource: stores to it are only mine. Of a
 * page that says nothing while a table that has it is shared. */
static inline bool table_is_only_mine(const struct address_space *s,
                                      uint64_t frame)
{
    return books_frame(frame)->owner == s->slot &&
           books_frame(frame)->refs == 1;
}

/* A frame for a resource of that level, this process's; 0 if there is none. */
uint64_t table_take(struct address_space *s, unsigned level, unsigned kind);

/* A fresh page of that level at that empty entry, with SHADOW_W and SHADOW_X as
 * `hold` has them: the process's own, or lent by the keeper. Its frame; 0: no
 * memory. */
uint64_t table_page(struct address_space *s, uint64_t entry, unsigned level,
                    uint32_t shadow);

/* The copy of the table beneath entry i of copy p, which is mine and lets
 * stores through, made if it is missing; 0: no memory. */
uint32_t cow_table(struct address_space *s, uint32_t p, unsigned i);

/* A new table and its copy; and attached to the empty entry i of copy p, which
 * answers the copy n again. 0: no memory. */
uint32_t table_new(struct address_space *s, unsigned level);
uint32_t table_put(struct address_space *s, uint32_t p, unsigned i, uint32_t n);

/* The empty entry of the directory that maps the 2 MiB around va, in tables of
 * the process's own; which copy has it in *copy. 0: there is a table already,
 * or no memory. */
uint64_t table_place(struct address_space *s, uint64_t va, uint32_t *copy);

/* Notes a table of the keeper's that is attached to that entry of copy p;
 * holds and some are as in struct table. False: no memory for a copy. */
bool table_adopt(struct address_space *s, uint32_t p, unsigned i,
                 uint64_t frame, const uint32_t *shadows, const uint64_t *some);

/* What page i of a table is: its own entry's, or an older table's, with
 * SHADOW_OLD then and without SHADOW_W; 0: nothing. */
uint32_t table_shadow(const struct address_space *s, uint32_t copy, unsigned i);

#endif
