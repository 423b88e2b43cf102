/*
 * What a process may own. Anybody can see which frames are free and ask for
 * them, so what keeps one process from taking all is a number in its record.
 * It gives parts of that to its children, and what it makes, takes over or
 * gets by a swap is counted against it.
 *
 * Each function here takes as much as it gives, so that the sum over all
 * processes stays what init was given at boot (invariant 11). That is also all
 * that the proof has to look at: the operations count nothing themselves.
 *
 * An ALLOWANCE word has two parts: frames, and, above them, slots.
 */
#include "core/quota.h"

static uint64_t frames_in(uint64_t allowance)
{
    return allowance & ((UINT64_C(1) << ALLOWANCE_SLOTS_SHIFT) - 1);
}

static uint64_t slots_in(uint64_t allowance)
{
    return allowance >> ALLOWANCE_SLOTS_SHIFT;
}

bool quota_covers(uint64_t process, uint64_t allowance)
{
    return quota_has(process, frames_in(allowance)) &&
           /* More than it grants: the new process takes a slot itself. */
           processes[process].slots > slots_in(allowance);
}

void quota_grant(uint64_t from, uint64_t to, uint64_t allowance)
{
    processes[from].allowance -= frames_in(allowance);
    processes[to].allowance += frames_in(allowance);
    processes[from].slots -= (uint16_t)slots_in(allowance);
    processes[to].slots += (uint16_t)slots_in(allowance);
}

void quota_move(uint64_t frame, uint64_t to)
{
    quota_return(frames[frame].owner, quota_of(frame));
    quota_take(to, quota_of(frame));
    frames[frame].owner = (uint16_t)to;
}

bool quota_fits_others(uint64_t resource, uint64_t other, uint64_t to)
{
    uint64_t from = frames[resource].owner;
    uint64_t cost = quota_of(resource);
    uint64_t back = other == RESOURCE_NONE ? 0 : quota_of(other);
    /* Both go at once, so only the difference has to fit. */
    return cost > back ? quota_has(to, cost - back)
                       : quota_has(from, back - cost);
}

void quota_swap_others(uint64_t resource, uint64_t other, uint64_t to)
{
    uint64_t from = frames[resource].owner;
    /* What goes first, then what comes: as quota_fits has counted. */
    if (other != RESOURCE_NONE) {
        quota_return(to, quota_of(other));
    }
    quota_move(resource, to);
    if (other != RESOURCE_NONE) {
        quota_take(from, quota_of(other));
        frames[other].owner = (uint16_t)from;
    }
}
