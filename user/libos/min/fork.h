/*
 * Exercise 5.2. Copy-on-write. A fork shares whole GiB: parent and child hold
 * the same tables, barred in both. A process that then stores gets, from the
 * root down, tables of its own, and at last a page of its own; all else stays
 * shared.
 */
#ifndef XO5_MIN_FORK_H
#define XO5_MIN_FORK_H

#include <stdbool.h>

#include "libos/min/space.h"

/*
 * Every entry of my root below LAUNCH_INDEX that holds something is barred, R
 * and X left to it, and the same entry of the child's root, which is empty,
 * holds the same then, barred too. `child` is the child's copy of its root: I
 * may edit the table, and the child must never be able to raise an entry of it
 * to W. False: an operation said no; the child is then taken apart, and what
 * it has does not matter.
 */
bool fork_share(struct table *child);

/*
 * Entry i of t, a table of mine that lets stores through, holds a table that is
 * barred. Afterwards it holds one of mine that is not, with the same beneath:
 * that one itself if it is only mine, else a new one, and the old is detached.
 * No entry of it lets stores through to what others can see, and every one that
 * did not still does not. Returns its copy; NULL, and nothing has changed:
 * there is no memory.
 */
struct table *fork_table(struct table *t, unsigned i);

/*
 * A store to the page at va is to be let through: t, a table of mine that is
 * not barred, holds it without W. If the page is only mine it gets W; else a
 * copy of it, mine, takes its place, with W and its other rights. The page
 * OWN_SCRATCH is there to copy to. 0, or -ENOMEM.
 */
int fork_page(struct table *t, uint64_t va);

#endif
