/* Pages of files that a process has mapped, when they are touched. */
#ifndef XO5_UNIX_XO5_PERSONALITY_FILEMAP_H
#define XO5_UNIX_XO5_PERSONALITY_FILEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/xo5/personality/space.h"

/* Brings the page at va, where nothing is, of a region that has a file's
 * number: with a whole table, the same in all processes, if nothing else is in
 * those 2 MiB, or else with some of its neighbours. A hole is a page of zeros.
 * False: it is behind the file's end. *lacking is set if there is no memory. */
bool filemap_bring(struct address_space *s, uint64_t va,
                   const struct region *region, bool *lacking);

/* After a store at va: if that has replaced a table that filemap_bring had
 * attached, brings what most processes touch of it, before they do. Nothing
 * depends on it. */
void filemap_prefetch(struct address_space *s, uint64_t va);

#endif
