/*
 * Tables of pages that were shared when copy-on-write replaced them, in a
 * directory of the process at a place that programs cannot reach
 * (REPLACED_START). So the new table can be empty: a page is attached to it
 * when it is touched, by way of the old one's place there (`attach` wants an
 * entry that holds the table in which the source is).
 */
#ifndef XO5_UNIX_XO5_PERSONALITY_REPLACED_H
#define XO5_UNIX_XO5_PERSONALITY_REPLACED_H

#include <stdbool.h>

#include "libos/unix/xo5/personality/space.h"

/* Puts the old table, which `entry` holds, aside, as what the new one takes its
 * pages from. False: no memory. */
bool replaced_put(struct address_space *s, uint32_t new, uint32_t old,
                  uint64_t entry);

/* The new table needs its old one no more. */
void replaced_drop(struct address_space *s, uint32_t new);

/* Attaches page i of a table from the older ones. False: it is not there. */
bool replaced_pull(struct address_space *s, uint32_t index, unsigned i);

/* An empty place in that directory: its entry, which maps the 2 MiB at *place.
 * 0: none, or no memory. */
uint64_t replaced_place(struct address_space *s, void **place);

/* Where page i of a table's older ones can be read. NULL: there is none,
 * or it has no rights. */
const void *replaced_page(const struct address_space *s, uint32_t index,
                          unsigned i);

/* Attaches to a replaced table what the new one has; entry i of table p is the
 * new one's, and the old one's then. */
void replaced_merge(struct address_space *s, uint32_t p, unsigned i);

#endif
