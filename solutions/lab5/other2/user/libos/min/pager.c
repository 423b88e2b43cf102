/*
 * Exercise 5.1. A third way: what is missing decides, one function a state.
 */
#include "libos/min/pager.h"

#include "libos/min/abi.h"
#include "libos/min/fork.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

struct place {
    uint64_t page;
    struct table *table;
    unsigned entry;
};

static void grow(uint64_t page)
{
    struct region *stack = region_of(REGION_STACK);
    if (stack && page < stack->start && !region_overlaps(page, stack->start)) {
        stack->start = page;
    }
}

static bool is_stack_near(uint64_t va)
{
    const struct region *stack = region_of(REGION_STACK);
    return stack && va < stack->end && stack->end - va <= PAGER_STACK_MAX;
}

static bool find_place(uint64_t va, struct place *p)
{
    p->page = va & -PAGE;
    p->entry = space_index(va, 1);
    p->table = space_reach(va);
    return p->table != 0;
}

static bool bring_file(const struct place *p, const struct region *r)
{
    uint64_t n = (p->page - r->start) / PAGE + r->first;
    return space_attach_image(p->table, p->entry, n, r->rights);
}

static bool bring_zeros(const struct place *p, const struct region *r)
{
    uint32_t frame = space_page();
    return frame && space_attach(p->table, p->entry, frame, r->rights, 0, 0);
}

int pager_fault(uint64_t va, unsigned needs)
{
    struct place p;
    if (!region_find(va) && is_stack_near(va)) {
        grow(va & -PAGE);
    }
    const struct region *r = region_find(va);
    if (!r || !(r->rights & needs)) {
        return -EFAULT;
    }
    if (!find_place(va, &p)) {
        return -ENOMEM;
    }
    if (!p.table->holds[p.entry] &&
        !(r->kind == REGION_FILE ? bring_file(&p, r) : bring_zeros(&p, r))) {
        return -ENOMEM;
    }
    if (needs == RIGHT_W && !(p.table->holds[p.entry] & HOLD_W)) {
        return fork_page(p.table, va);
    }
    return 0;
}

uint64_t pager_brk(uint64_t end)
{
    struct region *heap = region_of(REGION_HEAP);
    uint64_t was = heap ? heap->first : 0;
    if (!heap || end < heap->start || end > -PAGE) {
        return was;
    }
    uint64_t top = (end + PAGE - 1) & -PAGE;
    if (top > heap->end && region_overlaps(heap->end, top)) {
        return was;
    }
    if (top < heap->end && !space_clear(top, heap->end)) {
        return was;
    }
    heap->end = top;
    return heap->first = end;
}
