/*
 * Exercise 2.4. Ring 3.
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
    if (rip >= arch_user_limit || rsp > arch_user_limit) {
        return false;
    }
    registers_load(frame, from);
    frame->rip = rip;
    frame->rsp = rsp;
    arch_frame_ring3(frame);
    return true;
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    const struct cpu_state *cpu = &cpus[arch_cpu()];
    uint64_t answer;
    lock_take();
    if (number == (OPERATION_BATCH & ~OPERATION_BIT)) {
        answer = batch_run(cpu->process);
    } else {
        answer = operation_dispatch(cpu->process, argument, number);
    }
    if (cpu->counts && cpu->process == cpu->loaded) {
        cpu_count();
    }
    lock_drop();
    return answer;
}
