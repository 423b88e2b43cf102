/*
 * Exercise 2.4, another way.
 */
#include "ring3/enter.h"

#include "abi/operations.h"
#include "core/cpu.h"
#include "core/notice.h"
#include "ops/batch.h"
#include "ops/dispatch.h"
#include "ring3/lock.h"
#include "ring3/registers.h"

#define BATCH (OPERATION_BATCH & ~OPERATION_BIT)

void enter_save(uint64_t process, const struct trap_frame *frame,
                uint64_t address)
{
    volatile struct registers *to = &context_of(process)->cpu;
    registers_save(to, frame, address);
}

bool enter_load(uint64_t process, struct trap_frame *frame)
{
    const volatile struct registers *from = &context_of(process)->cpu;
    registers_load(frame, from);
    frame->rip = from->rip;
    frame->rsp = from->rsp;
    arch_frame_ring3(frame);
    return frame->rip < arch_user_limit && frame->rsp <= arch_user_limit;
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    lock_take();
    uint64_t me = cpu_process();
    uint64_t answer = number == BATCH
                          ? batch_run(me)
                          : operation_dispatch(me, argument, number);
    lock_drop();
    return answer;
}
