/*
 * A process's address space: pages, by way of its tables and their shadow.
 *
 * Tables are shared after a fork, whole GiB at once: each process's root then
 * lets nobody store beneath. Who wants to store makes tables of its own first,
 * down to the page (space_entry), so pages stay shared until they are stored
 * to. What a process left to others it gives back later (reclaim.h), when
 * nobody holds it any more.
 */
#ifndef XO5_UNIX_XO5_PERSONALITY_SPACE_H
#define XO5_UNIX_XO5_PERSONALITY_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/xo5/layout.h"
#include "libos/unix/xo5/shadow.h"

/* What the tables hold for that page: frame | SHADOW_W, where SHADOW_W says
 * that all tables on the way let stores through; 0 if nothing. */
uint32_t space_find(const struct address_space *s, uint64_t va);

/* Names the entry of the page, and which table has it in *index (its place
 * there is the page's): all tables on the way are the process's own then, and
 * let stores through. 0: there is no memory for a table.
 *
 * A table of pages that was shared is replaced by an empty one. The old one is
 * put aside (replaced.h), from where its pages are attached to the new one when
 * they are touched (space_pull). When nobody else has the old one any more, it
 * comes back, with what has changed since (fork_merge). */
uint64_t space_entry(struct address_space *s, uint64_t va, uint32_t *index);

/* Makes a page of zeros where there is none; rights are RIGHT_ bits. False:
 * there is no memory. */
bool space_fill(struct address_space *s, uint64_t va, unsigned rights);

/* Lets stores through to a page that is there: to itself if nobody else has
 * it or it is shared, else to a copy. False: no memory. */
bool space_copy(struct address_space *s, uint64_t va);

/* Attaches a page that is in an older table. False: no memory. */
bool space_pull(struct address_space *s, uint64_t va);

/* Takes out the whole GiB at that index of the root, where something is. */
void space_drop(struct address_space *s, unsigned index);

/* Attaches a page again that had no rights. False: no memory. */
bool space_return(struct address_space *s, uint64_t va, unsigned rights);

/* Gives all pages of the range other rights; W comes by space_copy when it is
 * first needed, and with no rights pages are put away. False: no memory, and
 * some of them may have them already. */
bool space_protect(struct address_space *s, uint64_t va, uint64_t end,
                   unsigned rights);

/* Moves the page to another place, where nothing is. False: no memory. */
bool space_move(struct address_space *s, uint64_t from, uint64_t to);

/* Takes out all pages of the range, whole tables at once where they lie in
 * it. False: no memory for a table of which a part remains. */
bool space_clear(struct address_space *s, uint64_t va, uint64_t end);

/* Has a page of the keeper's attached to that empty entry (LINK_BORROW); its
 * frame, or 0. (memory.c; the keeper never needs it) */
uint64_t space_borrow(uint64_t entry, unsigned level, unsigned rights);

/* Gives the core of this process the pages that the shadow of table n lies in.
 * False: no memory. (memory.c; the keeper never needs it) */
bool space_grow(uint32_t n);

#endif
