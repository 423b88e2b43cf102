/*
 * Exercise 5.1. The pager: memory comes when it is touched.
 */
#include "libos/min/pager.h"

#include "libos/min/abi.h"
#include "libos/min/fork.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

/* The stack's region, once it has grown to the address; NULL if it may not. */
static struct region *grow_stack(uint64_t va)
{
    struct region *stack = region_of(REGION_STACK);
    uint64_t page = va & ~(PAGE - 1);
    if (stack == 0 || va >= stack->start || stack->end - va > PAGER_STACK_MAX ||
        region_overlaps(page, stack->start)) {
        return 0;
    }
    stack->start = page;
    return stack;
}

/* Attaches what the region says to the empty entry of the page. */
static int bring(const struct region *r, struct table *t, uint64_t va)
{
    unsigned i = space_index(va, 1);
    if (r->kind == REGION_FILE) {
        uint64_t n = r->first + (va - r->start) / PAGE;
        return space_attach_image(t, i, n, r->rights) ? 0 : -ENOMEM;
    }
    uint32_t frame = space_page();
    if (frame == 0 || !space_attach(t, i, frame, r->rights, 0, 0)) {
        return -ENOMEM;
    }
    return 0;
}

int pager_fault(uint64_t va, unsigned needs)
{
    const struct region *r = region_find(va);
    if (r == 0) {
        r = grow_stack(va);
    }
    if (r == 0 || needs & ~r->rights) {
        return -EFAULT;
    }
    struct table *t = space_reach(va);
    if (t == 0) {
        return -ENOMEM;
    }
    int error = 0;
    if (t->holds[space_index(va, 1)] == 0) {
        error = bring(r, t, va);
    }
    if (error == 0 && needs == RIGHT_W && !(space_find(va) & HOLD_W)) {
        error = fork_page(t, va);
    }
    return error;
}

uint64_t pager_brk(uint64_t end)
{
    struct region *heap = region_of(REGION_HEAP);
    if (heap == 0) {
        return 0;
    }
    uint64_t page = (end + PAGE - 1) & ~(PAGE - 1), was = heap->end;
    if (end < heap->start || page < end ||
        (page > was && region_overlaps(was, page)) || !space_clear(page, was)) {
        return heap->first;
    }
    heap->end = page;
    heap->first = end;
    return end;
}
