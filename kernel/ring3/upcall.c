/*
 * Exercise 3.4. Upcalls.
 */
#include "ring3/upcall.h"

#include "core/notice.h"
#include "ring3/registers.h"

#define RED_ZONE 128 /* System V ABI for x86-64, 3.2.2 */
#define STACK_ALIGN 16

bool upcall_deliver(uint64_t process, struct trap_frame *frame, uint64_t entry,
                    uint64_t address)
{
    volatile struct context *context = context_of(process);
    uint64_t low = context->stack_low, high = context->stack_high;
    bool nested = frame->rsp > low && frame->rsp <= high;
    if (entry == 0 || entry >= arch_user_limit || context->mask) {
        return false;
    }
    registers_save(&context->trap, frame, address);
    context->mask = 1;
    frame->rsp = align_down(nested ? frame->rsp - RED_ZONE : high, STACK_ALIGN);
    frame->rip = entry;
    frame->rdi = frame->vector;
    frame->rsi = frame->error;
    frame->rdx = address;
    frame->rflags = 0;
    arch_frame_ring3(frame);
    return true;
}
