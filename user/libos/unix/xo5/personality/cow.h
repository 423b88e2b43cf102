/* Tables, and their shadows: the part of a space above its pages, and
 * copy-on-write of it. */
#ifndef XO5_UNIX_XO5_PERSONALITY_COW_H
#define XO5_UNIX_XO5_PERSONALITY_COW_H

#include <stdbool.h>

#include "abi/rights.h"
#include "lib/books.h"
#include "libos/unix/xo5/personality/space.h"
#include "libos/unix/xo5/shadow.h"

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
 * `shadow` has them: the process's own, or borrowed of the keeper. Its frame;
 * 0: no memory. */
uint64_t table_page(struct address_space *s, uint64_t entry, unsigned level,
                    uint32_t shadow);

/* The index of the table beneath entry i of table p, which is mine and lets
 * stores through, made if it is missing; 0: no memory. */
uint32_t cow_table(struct address_space *s, uint32_t p, unsigned i);

/* A new table: its index; and attached to the empty entry i of table p, which
 * answers the index n again. 0: no memory. */
uint32_t table_new(struct address_space *s, unsigned level);
uint32_t table_put(struct address_space *s, uint32_t p, unsigned i, uint32_t n);

/* The empty entry of the directory that maps the 2 MiB around va, in tables of
 * the process's own; *index is the directory's. 0: there is a table already, or
 * no memory. */
uint64_t table_place(struct address_space *s, uint64_t va, uint32_t *index);

/* Notes a table of the keeper's that is attached to that entry of table p;
 * shadows and some are as in struct table. False: no memory for a shadow. */
bool table_adopt(struct address_space *s, uint32_t p, unsigned i,
                 uint64_t frame, const uint32_t *shadows, const uint64_t *some);

/* What page i of a table is: its own entry's, or an older table's, with
 * SHADOW_OLD then and without SHADOW_W; 0: nothing. */
uint32_t table_shadow(const struct address_space *s, uint32_t index,
                      unsigned i);

#endif
