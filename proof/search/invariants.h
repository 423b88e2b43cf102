/*
 * The invariants (proof/README.md) of one state, counted from nothing. What
 * is about an operation and not a state (10: translations; free frames stay
 * clean) is step.c's; 6 is about mappings of the kernel, which has none here.
 */
#ifndef XO5_SEARCH_INVARIANTS_H
#define XO5_SEARCH_INVARIANTS_H

#include "proof/search/facts.h"

/* Remembers what adds up (11), at boot. */
void invariants_boot(const struct world *w);

/* broke() at the first that does not hold. */
void invariants_check(const struct world *w);

#endif
