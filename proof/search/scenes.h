/*
 * Where the search begins: boot, and scenes, which are states some way from
 * there in which something has been built. Each is a list of calls from boot
 * on, and these are checked like all others.
 */
#ifndef XO5_SEARCH_SCENES_H
#define XO5_SEARCH_SCENES_H

#include "proof/search/spec.h"

struct scene {
    const char *name;
    unsigned count;
    const struct call *call;
};

extern const struct scene scenes[];
extern const unsigned scene_count;

#endif
