/*
 * Upcalls in three steps: may it, save, redirect.
 */
#include "ring3/upcall.h"

#include "core/notice.h"
#include "ring3/registers.h"

#define BELOW 128

/* A free place on the upcall stack. */
static uint64_t place_on(uint64_t low, uint64_t high, uint64_t rsp)
{
    uint64_t used = high - rsp; /* huge if rsp is above */
    if (high > low && used < high - low) {
        return align_down(rsp - BELOW, 16);
    }
    return align_down(high, 16);
}

static void redirect(struct trap_frame *frame, uint64_t entry, uint64_t rsp,
                     uint64_t address)
{
    frame->rdx = address;
    frame->rsi = frame->error;
    frame->rdi = frame->vector;
    frame->rsp = rsp;
    frame->rip = entry;
    frame->rflags = 0;
    arch_frame_ring3(frame);
}

bool upcall_deliver(uint64_t process, struct trap_frame *frame, uint64_t entry,
                    uint64_t address)
{
    volatile struct context *context = context_of(process);
    uint64_t rsp =
        place_on(context->stack_low, context->stack_high, frame->rsp);
    if (context->mask != 0 || entry - 1 >= arch_user_limit - 1) {
        return false;
    }
    context->mask = 1;
    registers_save(&context->trap, frame, address);
    redirect(frame, entry, rsp, address);
    return true;
}
