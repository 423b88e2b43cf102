/*
 * Exercise 5.1. Another way: a fault is brought step by step to the next
 * state, until nothing is left to do.
 */
#include "libos/min/pager.h"

#include "libos/min/abi.h"
#include "libos/min/fork.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

static uint64_t page_of(uint64_t va)
{
    return va / PAGE * PAGE;
}

static const struct region *region_for(uint64_t va)
{
    const struct region *r = region_find(va);
    struct region *stack = region_of(REGION_STACK);
    if (r != 0 || stack == 0 || va >= stack->start) {
        return r;
    }
    bool fits = va + PAGER_STACK_MAX >= stack->end;
    if (!fits || region_overlaps(page_of(va), stack->start)) {
        return 0;
    }
    stack->start = page_of(va);
    return stack;
}

static bool attach_zeros(struct table *t, unsigned i, unsigned rights)
{
    uint32_t frame = space_page();
    return frame != 0 && space_attach(t, i, frame, rights, 0, 0);
}

int pager_fault(uint64_t va, unsigned needs)
{
    const struct region *r = region_for(va);
    if (r == 0 || (r->rights & needs) != needs) {
        return -EFAULT;
    }
    struct table *t = space_reach(va);
    unsigned i = space_index(va, 1);
    if (t != 0 && t->holds[i] == 0) {
        bool done = r->kind == REGION_FILE
                        ? space_attach_image(
                              t, i, r->first + (page_of(va) - r->start) / PAGE,
                              r->rights)
                        : attach_zeros(t, i, r->rights);
        t = done ? t : 0;
    }
    if (t == 0) {
        return -ENOMEM;
    }
    bool is_enough = !(needs & RIGHT_W) || t->holds[i] & HOLD_W;
    return is_enough ? 0 : fork_page(t, va);
}

static bool can_grow(const struct region *heap, uint64_t end)
{
    return end == heap->end || !region_overlaps(heap->end, end);
}

uint64_t pager_brk(uint64_t end)
{
    struct region *heap = region_of(REGION_HEAP);
    if (heap == 0) {
        return 0;
    }
    uint64_t rounded = page_of(end + PAGE - 1);
    bool is_good = end >= heap->start && rounded >= end;
    if (is_good && rounded >= heap->end) {
        is_good = can_grow(heap, rounded);
    } else if (is_good) {
        is_good = space_clear(rounded, heap->end);
    }
    if (is_good) {
        heap->end = rounded;
        heap->first = end;
    }
    return heap->first;
}
