/*
 * Exercise 2.4, a third way: register by register.
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
    const uint64_t *from = &frame->rax;
    volatile uint64_t *to = (volatile uint64_t *)&context_of(process)->cpu;
    for (unsigned i = 0; i < GENERAL; i++) {
        to[i] = from[i];
    }
    const uint64_t rest[] = {frame->rip,    frame->rflags, frame->rsp,
                             frame->vector, frame->error,  address};
    for (unsigned i = 0; i < ARRAY_COUNT(rest); i++) {
        to[GENERAL + i] = rest[i];
    }
}

static bool is_inside(uint64_t rip, uint64_t rsp)
{
    return rip < arch_user_limit && rsp <= arch_user_limit;
}

bool enter_load(uint64_t process, struct trap_frame *frame)
{
    const volatile struct registers *from = &context_of(process)->cpu;
    struct trap_frame loaded = *frame;
    loaded.rip = from->rip;
    loaded.rsp = from->rsp;
    if (!is_inside(loaded.rip, loaded.rsp)) {
        return false;
    }
    registers_load(&loaded, from);
    arch_frame_ring3(&loaded);
    *frame = loaded;
    return true;
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    uint64_t answer, me;
    lock_take();
    me = cpu_process();
    switch (OPERATION(number)) {
    case OPERATION_BATCH:
        answer = batch_run(me);
        break;
    default:
        answer = operation_dispatch(me, argument, number);
    }
    lock_drop();
    return answer;
}
