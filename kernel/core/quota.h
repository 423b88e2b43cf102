/*
 * What a process owns, and what it may still own, counted in frames of 4 KiB.
 * The sum over all processes never changes after boot (invariant 11 of
 * proof/README.md). The operations call these and count nothing themselves.
 */
#ifndef XO5_CORE_QUOTA_H
#define XO5_CORE_QUOTA_H

#include "core/books.h"
#include "lib/assert.h"

/* The cost of a resource: the frames of MEMORY, 1 for a TABLE or a DEVICE. */
static inline uint64_t quota_cost(unsigned kind, unsigned level)
{
    return kind == KIND_MEMORY ? level_frames(level) : 1;
}

/* The cost of the resource at that frame. */
static inline uint64_t quota_of(uint64_t frame)
{
    return quota_cost(frames[frame].kind, frames[frame].level);
}

/* True if the process may own `cost` more. */
static inline bool quota_has(uint64_t process, uint64_t cost)
{
    return processes[process].allowance >= cost;
}

/* The process comes to own `cost` more; it may (quota_has). */
static inline void quota_take(uint64_t process, uint64_t cost)
{
    ASSERT(quota_has(process, cost), "quota_take: it may (quota_has)");
    processes[process].allowance -= cost;
    processes[process].owned += cost;
}

/* The process owns `cost` less, and may own that again. */
static inline void quota_return(uint64_t process, uint64_t cost)
{
    ASSERT(processes[process].owned >= cost,
           "invariant 11: quota_return: it owns that much");
    processes[process].owned -= cost;
    processes[process].allowance += cost;
}

/* Makes the process the owner of a resource, and moves its cost. */
void quota_move(uint64_t frame, uint64_t to);

/*
 * swap's: the process `to` becomes the owner of the resource, and the
 * resource's owner that of `other`, if it is not RESOURCE_NONE. quota_fits:
 * both would have room. quota_swap: so be it. The second halves are for
 * owners that differ.
 */
bool quota_fits_others(uint64_t resource, uint64_t other, uint64_t to);
void quota_swap_others(uint64_t resource, uint64_t other, uint64_t to);

static inline bool quota_fits(uint64_t resource, uint64_t other, uint64_t to)
{
    return frames[resource].owner == to ||
           quota_fits_others(resource, other, to);
}

static inline void quota_swap(uint64_t resource, uint64_t other, uint64_t to)
{
    if (frames[resource].owner != to) {
        quota_swap_others(resource, other, to);
    }
}

/* True if the process has all of an ALLOWANCE word, and a slot more. */
bool quota_covers(uint64_t process, uint64_t allowance);

/* Moves an ALLOWANCE word from one process to another. */
void quota_grant(uint64_t from, uint64_t to, uint64_t allowance);

#endif
