/* What a fork leaves to be done on both sides. */
#ifndef XO5_UNIX_XO5_PERSONALITY_FORK_H
#define XO5_UNIX_XO5_PERSONALITY_FORK_H

#include "libos/unix/xo5/shadow.h"

/* Puts replaced tables back that are only mine. Before a fork. */
void fork_merge(struct address_space *s);

/* The memory is a forked child's now: what the parent left to others is not
 * its own. */
void fork_inherit(struct address_space *s, uint64_t slot);

#endif
