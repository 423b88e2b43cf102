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
    return cost > back ? quota_has(to, cost - back)
                       : quota_has(from, back - cost);
}

void quota_swap_others(uint64_t resource, uint64_t other, uint64_t to)
{
    uint64_t from = frames[resource].owner;
    if (other != RESOURCE_NONE) {
        quota_return(to, quota_of(other));
    }
    quota_move(resource, to);
    if (other != RESOURCE_NONE) {
        quota_take(from, quota_of(other));
        frames[other].owner = (uint16_t)from;
    }
}
