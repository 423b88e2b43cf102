/*
 * The alternate signal stack, per thread. Whether a thread is on it is told by
 * rsp alone, as Linux does: there is no flag that a longjmp out of a handler
 * would leave wrong. With SS_AUTODISARM it counts as left at once.
 */
#include "libos/unix/personality/thread/altstack.h"

#include "libos/unix/linux-abi/abi.h"

#define SMALLEST 2048 /* MINSIGSTKSZ */

bool altstack_has(const struct altstack *stack, uint64_t rsp)
{
    return !(stack->flags & SS_AUTODISARM) && rsp > stack->start &&
           rsp - stack->start <= stack->size;
}

uint32_t altstack_state(const struct altstack *stack, uint64_t rsp)
{
    return stack->size == 0           ? SS_DISABLE
           : altstack_has(stack, rsp) ? SS_ONSTACK
                                      : 0;
}

int64_t altstack_set(struct altstack *stack, const struct altstack *to,
                     uint64_t rsp)
{
    uint32_t mode = to->flags & ~SS_AUTODISARM;
    if (altstack_has(stack, rsp)) {
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
        *stack = (struct altstack){0, to->flags, 0, 0};
        return 0;
    }
    if (to->size < SMALLEST) {
        return -ENOMEM;
    }
    *stack = (struct altstack){to->start, to->flags, 0, to->size};
    return 0;
}
