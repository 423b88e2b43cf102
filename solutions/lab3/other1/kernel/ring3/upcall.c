/*
 * Upcalls: the new registers are made of a copy of the old ones, and take
 * their place at the end.
 */
#include "ring3/upcall.h"

#include "core/notice.h"
#include "ring3/registers.h"

#define RED_ZONE 128

/* Where the handler's stack begins. */
static uint64_t stack_for(uint64_t rsp, uint64_t low, uint64_t high)
{
    uint64_t top = high;
    if (low < rsp && rsp <= high) {
        top = rsp - RED_ZONE;
    }
    return top & ~UINT64_C(15);
}

static bool deliverable(uint64_t entry, uint64_t mask)
{
    return mask == 0 && entry != 0 && entry < arch_user_limit;
}

bool upcall_deliver(uint64_t process, struct trap_frame *frame, uint64_t entry,
                    uint64_t address)
{
    volatile struct context *context = context_of(process);
    struct trap_frame next = *frame;
    if (!deliverable(entry, context->mask)) {
        return false;
    }
    next.rip = entry;
    next.rdi = frame->vector;
    next.rsi = frame->error;
    next.rdx = address;
    next.rflags = 0;
    next.rsp = stack_for(frame->rsp, context->stack_low, context->stack_high);
    arch_frame_ring3(&next);
    context->mask = UINT64_MAX;
    registers_save(&context->trap, frame, address);
    *frame = next;
    return true;
}
