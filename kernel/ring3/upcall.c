/*
 * Exercise 3.4. Upcalls.
 *
 * The kernel makes the process continue in its own handler, with what happened
 * in registers and all its registers in the `trap` area. The handler has a
 * stack of its own, since the fault may be that the program's is full:
 *
 *   stack_high  +--------------+  <- rsp of the first upcall
 *               | the handler  |
 *               |              |  <- its rsp, when it faults itself
 *               | 128 bytes    |     the red zone: may hold its variables
 *               +--------------+  <- rsp of the nested upcall
 *               |              |
 *   stack_low   +--------------+
 *
 * There is one `trap` area, hence the mask: until the handler has copied it
 * and cleared the mask, nothing more can be told, and a fault is a double
 * fault.
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
    /* Is it on that stack already? Then its frames must stay, so go on
     * below. */
    bool nested = frame->rsp > low && frame->rsp <= high;
    if (entry == 0 || entry >= arch_user_limit || context->mask) {
        return false;
    }
    /* Until here nothing has been changed: refused is as if not called. */
    registers_save(&context->trap, frame, address);
    context->mask = 1;
    frame->rsp = align_down(nested ? frame->rsp - RED_ZONE : high, STACK_ALIGN);
    frame->rip = entry;
    frame->rdi = frame->vector;
    frame->rsi = frame->error;
    frame->rdx = address;
    /* The program's DF or TF is not the handler's. */
    frame->rflags = 0;
    arch_frame_ring3(frame);
    return true;
}
