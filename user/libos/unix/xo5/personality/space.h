/*
 * A process's address space: what is in its tables. A process cannot read
 * a table, so it keeps a copy of what it wrote there, in its core. The keeper
 * reads the copies of dead processes to take them apart, and trusts none.
 *
 * Tables are shared after a fork, whole GiB at once: each process's root then
 * lets nobody store beneath. Who wants to store makes tables of its own first,
 * down to the page (space_entry), so pages stay shared until they are stored
 * to. What a process left to others (orphans) it gives back later, when
 * nobody holds it any more.
 */
#ifndef XO5_UNIX_XO5_PERSONALITY_SPACE_H
#define XO5_UNIX_XO5_PERSONALITY_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/xo5/layout.h"

#define SPACE_LEVELS 3 /* root (3), directories (2), tables of pages */

/* What a copy says of an entry: the frame, and of a page how it is held. */
#define SHADOW_FRAME UINT32_C(0x3ffffff)  /* of up to 256 GiB */
#define SHADOW_W (UINT32_C(1) << 31)      /* stores are let through */
#define SHADOW_X (UINT32_C(1) << 30)      /* it may be run */
#define SHADOW_SHARED (UINT32_C(1) << 29) /* never copied: others shall see */
#define SHADOW_FIXED (UINT32_C(1) << 28)  /* a file's: its ceiling has no W */
#define SHADOW_AWAY (UINT32_C(1) << 27) /* mine, and not attached: no rights */
#define SHADOW_OLD (UINT32_C(1) << 26)  /* in an older table; alone: gone */

/* The GiB whose directory holds tables that were replaced: see space_entry. */
#define SPACE_REPLACED 399
#define SPACE_REPLACED_AT (SPACE_REPLACED * UINT64_C(0x40000000))

struct table {
    uint64_t frame;        /* 0: this copy is not in use */
    uint32_t level;        /* of its entries: 1 to 3 */
    uint32_t uses;         /* copies whose below[] has it; 0: an orphan's */
    uint64_t some[8];      /* a bit for each of holds[] that is not 0 */
    uint32_t shadows[512]; /* frame | SHADOW_W; 0: nothing */
    uint16_t below[512];   /* of a table: which copy; 0: none, or a superpage */
    uint16_t old;          /* of pages: where those that are not here yet are */
    uint16_t shelf;        /* its place on the shelf, from 1 on; 0: none */
};

struct address_space {
    uint64_t slot;
    uint32_t tables;         /* copies that were ever in use: 1 to this */
    uint32_t deferred_count; /* pages, in orphan[] */
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

/* What the tables hold for that page: frame | SHADOW_W, where SHADOW_W says that
 * all tables on the way let stores through; 0 if nothing. */
uint32_t space_find(const struct address_space *s, uint64_t va);

/* Names the entry of the page, and which copy has it in *copy (its index is
 * the page's): all tables on the way are the process's own then, and let
 * stores through. 0: there is no memory for a table.
 *
 * A table of pages that was shared is replaced by an empty one. The old one
 * goes to the shelf, from where its pages are attached to the new one when
 * they are touched (space_pull). When nobody else has the old one any more, it
 * comes back, with what has changed since (space_merge). */
uint64_t space_entry(struct address_space *s, uint64_t va, uint32_t *copy);

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

/* Puts tables back from the shelf that are only mine. Before a fork. */
void space_merge(struct address_space *s);

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

/* The memory is a forked child's now: what the parent left to others is not
 * its own. */
void space_inherit(struct address_space *s, uint64_t slot);

/* Has a page of the keeper's attached to that empty entry (LINK_BORROW); its
 * frame, or 0. (memory.c; the keeper never needs it) */
uint64_t space_borrow(uint64_t entry, unsigned level, unsigned rights);

/* Gives the core of this process the pages that copy n of a table lies in.
 * False: no memory. (memory.c; the keeper never needs it) */
bool space_grow(uint32_t n);

#endif
