#include "libos/unix/alternate.h"

#include "libos/unix/abi.h"

#define SMALLEST 2048 /* MINSIGSTKSZ */

bool alternate_has(const struct alternate_stack *stack, uint64_t rsp)
{
    return !(stack->flags & SS_AUTODISARM) && rsp > stack->start &&
           rsp - stack->start <= stack->size;
}

uint32_t alternate_state(const struct alternate_stack *stack, uint64_t rsp)
{
    return stack->size == 0            ? SS_DISABLE
           : alternate_has(stack, rsp) ? SS_ONSTACK
                                       : 0;
}

int64_t alternate_set(struct alternate_stack *stack,
                      const struct alternate_stack *to, uint64_t rsp)
{
    uint32_t mode = to->flags & ~SS_AUTODISARM;
    if (alternate_has(stack, rsp)) {
        return -EPERM;
    }
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) {
        return -EINVAL;
    }
    if (to->start == stack->start && to->size == stack->size &&
        to->flags == stack->flags) {
        return 0;
    }
    if (mode == SS_DISABLE) {
        *stack = (struct alternate_stack){0, to->flags, 0, 0};
        return 0;
    }
    if (to->size < SMALLEST) {
        return -ENOMEM;
    }
    *stack = (struct alternate_stack){to->start, to->flags, 0, to->size};
    return 0;
}
