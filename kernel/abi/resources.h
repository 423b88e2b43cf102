/*
 * Resources: their kinds, and the words that name what has no frame.
 */
#ifndef XO5_ABI_RESOURCES_H
#define XO5_ABI_RESOURCES_H

#include <stdint.h>

/* Kinds of resources, as frame records and `alloc` name them. */
enum kind {
    KIND_NONE = 0,   /* no RAM, or not there */
    KIND_FREE = 1,   /* clean: full of zeros */
    KIND_DIRTY = 2,  /* to be cleared before it is free: alloc(..., FREE) */
    KIND_KERNEL = 3, /* the kernel's own, for ever */
    KIND_MEMORY = 4,
    KIND_TABLE = 5,
    KIND_DEVICE = 6,
    KIND_CPU = 7, /* only in acceptances: the processor itself */
};

/* Resources are named by their first frame; those that have none, so. */
#define RESOURCE_PORTS(n) (UINT64_C(1) << 60 | (n))
#define RESOURCE_IRQ(n) (UINT64_C(2) << 60 | (n))
#define RESOURCE_NONE UINT64_MAX

/*
 * An acceptance: what the editor of an empty entry posts there by `update`
 * as the resource, so that process `giver` in that generation may attach or
 * swap one resource of this kind and level into it, once. The ceiling is the
 * rights argument's. It is kept in the entry itself, whose P bit stays 0:
 *
 *   63 62....52 51.....48 47........16 15...8 7 6...4 3..1 0
 *    1    0     ceiling   generation   giver  0 level kind 0
 */
#define ACCEPT_MARK (UINT64_C(1) << 63)
#define ACCEPT_CEILING_SHIFT 48
#define ACCEPT(giver, generation, kind, level)                                 \
    (ACCEPT_MARK | (uint64_t)(generation) << 16 | (uint64_t)(giver) << 8 |     \
     (uint64_t)(level) << 4 | (uint64_t)(kind) << 1)

/* create's allowance: frames of 4 KiB, and process slots. */
#define ALLOWANCE_SLOTS_SHIFT 48
#define ALLOWANCE(frames, slots)                                               \
    ((uint64_t)(frames) | (uint64_t)(slots) << ALLOWANCE_SLOTS_SHIFT)

#endif
