/* One operation of the kernel, and everything that is to be said of it. */
#ifndef XO5_SEARCH_STEP_H
#define XO5_SEARCH_STEP_H

#include "proof/search/spec.h"

/* True if the call can be made: by a live process; where it is about the
 * CPU, by the one that runs, as only that can. */
bool step_can(const struct world *w, const struct call *call);

/*
 * Makes the call on the machine, whose state is `before`, as facts in *w.
 * broke() if it does not answer what the specification says, or changes
 * anything else, or breaks an invariant. If it answers OK or MORE, the
 * machine is then in its next state, host_between() behind it; else in the
 * same.
 */
enum error step(const struct snapshot *before, const struct world *w,
                const struct call *call);

/* The machine as it is booted: its image and its facts, checked. */
void step_boot(struct snapshot *image, struct world *w);

/* The name of an answer. */
const char *step_answer(enum error error);

/* A call in words. */
void step_print(const struct call *call);

#endif
