/*
 * Exercise 2.4. Ring 3.
 *
 * A program's registers are in one of three places:
 *
 *   the processor    it runs
 *   a trap_frame     the kernel works for it, or for its interruption:
 *                    on the kernel's stack (arch/trap.S, ring3.S)
 *   context->cpu     another process has the processor
 *
 * enter_save and enter_load go between the last two. The context is a page
 * that its process may write while the kernel reads it, as may whoever else
 * holds it. So each word is read once and then checked, and what is loaded can
 * neither make `iretq` fault nor leave ring 3.
 */
#include "ring3/enter.h"

#include "abi/operations.h"
#include "core/cpu.h"
#include "core/notice.h"
#include "ops/batch.h"
#include "ops/dispatch.h"
#include "ring3/lock.h"
#include "ring3/registers.h"

void enter_save(uint64_t process, const struct trap_frame *frame,
                uint64_t address)
{
    registers_save(&context_of(process)->cpu, frame, address);
}

bool enter_load(uint64_t process, struct trap_frame *frame)
{
    const volatile struct registers *from = &context_of(process)->cpu;
    uint64_t rip = from->rip, rsp = from->rsp;
    /* A rip that is not canonical would be the kernel's own fault, at `iretq`.
     * User space ends far below such addresses, so one comparison does. rsp
     * may be that end itself: a stack that starts there grows down. */
    if (rip >= arch_user_limit || rsp > arch_user_limit) {
        return false;
    }
    registers_load(frame, from);
    frame->rip = rip;
    frame->rsp = rsp;
    /* The selectors, and the flags that a process must not choose. */
    arch_frame_ring3(frame);
    return true;
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    uint64_t process = cpu_process(), answer;
    lock_take();
    if (number == (OPERATION_BATCH & ~OPERATION_BIT)) {
        answer = batch_run(process);
    } else {
        answer = operation_dispatch(process, argument, number);
    }
    lock_drop();
    return answer;
}
