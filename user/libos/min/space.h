/*
 * A process's tables. It cannot read them, so it keeps a copy of each: what
 * each entry holds. It changes tables by the functions here alone, or notes
 * in the copy what it changed.
 *
 *   copy        struct table; the table's frame is its name
 *   page        a resource of level 1, held by an entry of level 1
 *   mine        owned by this process
 *   only mine   and no other entry holds it: stores to it are mine alone
 *   barred      an entry of level 2 or 3 that lets no store through to what
 *               is beneath; a fork leaves both sides barred
 *   left        a table or a page that is mine, which I do not hold any more
 *               but others do: given back by space_sweep when they do not
 *
 * Level of a table here: that of its entries. root's is 3, and each of its
 * entries maps a GiB; below it directories of 2, and tables of pages of 1.
 */
#ifndef XO5_MIN_SPACE_H
#define XO5_MIN_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "abi/rights.h"
#include "launch/launch.h"

#define PAGE UINT64_C(4096)

/* What a copy says of an entry: 0 for an empty one, or the frame, and which
 * rights it has beside R. */
#define HOLD_FRAME UINT32_C(0x3fffffff)
#define HOLD_W (UINT32_C(1) << 31)
#define HOLD_X (UINT32_C(1) << 30)

struct table {
    uint32_t frame; /* 0: this copy is not in use */
    uint32_t level;
    uint32_t holds[TABLE_ENTRIES];
};

#define SPACE_TABLES 48
extern struct table space_tables[SPACE_TABLES];
#define space_root (&space_tables[0])
#define space_own (&space_tables[1]) /* LAUNCH_OWN's */

/* Pages of LAUNCH_OWN: the pipes', one for copying, the children's contexts. */
#define OWN_PIPES 0
#define OWN_SCRATCH 256
#define OWN_CHILDREN 257

/* The start page: who I am. */
static inline struct launch_start *space_start(void)
{
    return (struct launch_start *)LAUNCH_START;
}

/* Where page n of LAUNCH_OWN lies. */
static inline void *space_own_page(unsigned n)
{
    return (void *)(LAUNCH_OWN + n * PAGE);
}

/* Which entry of a table of that level an address belongs to. */
static inline unsigned space_index(uint64_t va, unsigned level)
{
    return va >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* The word that names entry i of a table. */
static inline uint64_t space_entry(const struct table *t, unsigned i)
{
    return (uint64_t)t->frame * TABLE_ENTRIES + i;
}

/* The frame that entry i holds; 0: none. */
static inline uint32_t space_frame(const struct table *t, unsigned i)
{
    return t->holds[i] & HOLD_FRAME;
}

/* Is the resource mine, and is it only mine? */
bool space_is_mine(uint64_t frame);
bool space_is_only_mine(uint64_t frame);

/* A page of zeros, mine, held by nobody: attach it before anything else is
 * asked for. 0: there is no memory. */
uint32_t space_page(void);

/* An empty table of that level, mine, and its copy. NULL: no memory. */
struct table *space_table(unsigned level);

/* Empties a table of mine that nobody holds, and gives it back, as
 * space_detach would. */
void space_discard(struct table *t);

/*
 * Attaches a resource to the empty entry i; rights are RIGHT_ bits. It is
 * mine, source and via are 0, and the ceiling is everything; or entry `source`
 * holds it, entry `via`, if not 0, the table that source lies in, as op_attach
 * wants them, and the ceiling is everything but W. The table may be a child's,
 * `t` the child's copy. False, and nothing has changed: the operation said no.
 */
bool space_attach(struct table *t, unsigned i, uint32_t frame, unsigned rights,
                  uint64_t source, uint64_t via);

/* Gives entry i, which holds something, other rights. False as above. */
bool space_update(struct table *t, unsigned i, unsigned rights);

/* Empties entry i, if it is not empty. What it held is given back if it was
 * only mine, a table with all that is beneath it (but not what space_keep
 * keeps); it is left if others hold it too. */
void space_detach(struct table *t, unsigned i);

/* The copy of the table that entry i holds; NULL: it holds none. */
struct table *space_below(const struct table *t, unsigned i);

/* What the entry of that page holds, 0 for nothing; HOLD_W only if all entries
 * on the way let stores through. */
uint32_t space_find(uint64_t va);

/* The table of pages for an address: it and all on the way to it are mine and
 * let stores through, afterwards; those that are missing are made, those that
 * are barred go to fork_table. NULL: no memory. */
struct table *space_reach(uint64_t va);

/* Detaches all pages of the range. False: no memory for a table. */
bool space_clear(uint64_t va, uint64_t end);

/* Detaches all of the program's memory. */
void space_empty(void);

/* Gives back what is left and nobody holds any more. */
void space_sweep(void);

/* This page of mine is not given back from now on: pages.c uses it again.
 * False: there is no room to remember it. */
bool space_keep(uint32_t frame);

/* Called first by a forked child: nothing is mine yet. */
void space_inherit(void);

/* Detaches all that I can, and gives it back: the process ends. */
void space_leave(void);

/* Attaches page n of the root image, counted from 0, to the empty entry i: R,
 * and X if the rights have it. False: no memory, or there is no such page. */
bool space_attach_image(struct table *t, unsigned i, uint64_t n,
                        unsigned rights);

#endif
