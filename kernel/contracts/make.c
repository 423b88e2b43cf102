/*
 * The contracts of lab 2's operations and of what calls them
 * (ops/operations.h, dispatch.h, batch.h), and of the way into ring 3
 * (ring3/enter.h, switch.h).
 */
#include "abi/operations.h"
#include "contracts/contract.h"
#include "core/cpu.h"
#include "core/link.h"
#include "core/notice.h"
#include "core/process.h"
#include "ops/batch.h"
#include "ops/dispatch.h"
#include "ops/operations.h"
#include "ring3/enter.h"
#include "ring3/lock.h"
#include "ring3/switch.h"

#define CREATE_ERRORS                                                          \
    (ONE(OK) | ONE(E_RANGE) | ONE(E_BUSY) | ONE(E_KIND) | ONE(E_OWNER) |       \
     ONE(E_GIVEN) | ONE(E_FULL) | ONE(E_ALLOWANCE) | ONE(E_MATCH))
#define ALLOC_ERRORS                                                           \
    (ONE(OK) | ONE(MORE) | ONE(E_RANGE) | ONE(E_LEVEL) | ONE(E_KIND) |         \
     ONE(E_OWNER) | ONE(E_GIVEN) | ONE(E_LIVE) | ONE(E_VITAL) | ONE(E_ALIGN) | \
     ONE(E_BUSY) | ONE(E_ALLOWANCE) | ONE(E_MATCH) | ONE(E_SHARED))

CONTRACT(enum error, op_create, uint64_t me, uint64_t slot, uint64_t table,
         uint64_t context, uint64_t allowance)
{
    uint64_t before = mix_frame(mix_frame(mix_processes(), table), context);
    ASSERT(processes[me].state == PROCESS_LIVE, "op_create: `me` is live");
    enum error error = __real_op_create(me, slot, table, context, allowance);
    uint64_t after = mix_frame(mix_frame(mix_processes(), table), context);
    ASSERT(is_one_of(error, CREATE_ERRORS),
           "op_create: answers one of its errors");
    ASSERT(!error == (before != after),
           "op_create: an error has changed nothing; OK has");
    ASSERT(error || process_is_mine(me, slot) ||
               processes[slot].state == PROCESS_DEAD,
           "op_create: I am its parent");
    ASSERT(error || frames[table].owner == slot ||
               processes[slot].state == PROCESS_DEAD,
           "op_create: the process owns its table");
    return error;
}

/* What alloc made of the frame. */
static void check_alloc(uint64_t frame, uint64_t level, uint64_t kind,
                        uint64_t me, uint64_t owner)
{
    const struct frame *f = &frames[frame];
    if (kind == KIND_FREE) {
        ASSERT(f->kind == KIND_FREE || f->kind == KIND_DIRTY ||
                   (f->flags & FRAME_GIVEN),
               "op_alloc: it is clear, dirty, or goes with its last entry");
        return;
    }
    ASSERT(f->kind == kind && f->level == level,
           "op_alloc: a resource of that kind and level");
    ASSERT(f->owner == (owner < PROCESS_MAX ? owner : me),
           "op_alloc: of process `owner`, or mine if I claim it");
    ASSERT(!(f->flags & (FRAME_GIVEN | FRAME_VITAL)),
           "op_alloc: neither given back nor vital");
}

CONTRACT(enum error, op_alloc, uint64_t me, uint64_t frame, uint64_t level,
         uint64_t kind, uint64_t owner)
{
    uint64_t before = mix_frame(mix_processes(), frame);
    ASSERT(processes[me].state == PROCESS_LIVE, "op_alloc: `me` is live");
    enum error error = __real_op_alloc(me, frame, level, kind, owner);
    ASSERT(is_one_of(error, ALLOC_ERRORS),
           "op_alloc: answers one of its errors");
    ASSERT(error == OK || error == MORE ||
               mix_frame(mix_processes(), frame) == before,
           "op_alloc: an error has changed nothing");
    if (error == OK) {
        check_alloc(frame, level, kind, me, owner);
    }
    return error;
}

CONTRACT(enum error, operation_dispatch, uint64_t me, const uint64_t *argument,
         uint64_t number)
{
    enum error error = __real_operation_dispatch(me, argument, number);
    ASSERT((unsigned)error < ERROR_COUNT,
           "operation_dispatch: answers a word of abi/errors.h");
    ASSERT(number <= OP_SWAP || error == E_OPERATION,
           "operation_dispatch: E_OPERATION if none has that number");
    return error;
}

CONTRACT(uint64_t, batch_run, uint64_t me)
{
    ASSERT(me == cpu_process(), "batch_run: of the process that runs");
    ASSERT(lock_is_held(), "batch_run: under the kernel's lock");
    uint64_t answer = __real_batch_run(me);
    ASSERT(answer >> 32 <= BATCH_MAX, "batch_run: BATCH_MAX at most");
    ASSERT((uint32_t)answer < ERROR_COUNT,
           "batch_run: the last answer in the low half");
    return answer;
}

/* ---- ring 3 -------------------------------------------------------------- */

CONTRACT(bool, enter_load, uint64_t process, struct trap_frame *frame)
{
    bool runs = __real_enter_load(process, frame);
    ASSERT(!runs ||
               (frame->rip < arch_user_limit && frame->rsp <= arch_user_limit),
           "enter_load: rip is inside user space, rsp not beyond its end");
    ASSERT(!runs || ((frame->cs & 3) == 3 && (frame->ss & 3) == 3),
           "enter_load: selectors are ring 3's");
    ASSERT(!runs || (frame->rflags & FLAG_IF), "enter_load: interrupts are on");
    return runs;
}

CONTRACT(void, enter_save, uint64_t process, const struct trap_frame *frame,
         uint64_t address)
{
    __real_enter_save(process, frame, address);
    const volatile struct registers *r = &context_of(process)->cpu;
    ASSERT(r->rip == frame->rip && r->rsp == frame->rsp &&
               r->rax == frame->rax && r->r15 == frame->r15,
           "enter_save: the registers, in the context's `cpu` area");
    ASSERT(r->address == address, "enter_save: and the address");
}

CONTRACT(uint64_t, enter_operation, const uint64_t *argument, uint64_t number)
{
    ASSERT(processes[cpu_process()].state == PROCESS_LIVE,
           "enter_operation: a live process runs");
    uint64_t answer = __real_enter_operation(argument, number);
    ASSERT(!lock_is_held(), "enter_operation: lets go of the lock");
    return answer;
}

CONTRACT(void, cpu_switch, struct trap_frame *frame, uint64_t address)
{
    __real_cpu_switch(frame, address);
    const struct cpu_state *cpu = &cpus[arch_cpu()];
    ASSERT(cpu->loaded == cpu->process,
           "cpu_switch: the registers are those of the one that runs");
    ASSERT((frame->cs & 3) == 3 && frame->rip < arch_user_limit,
           "cpu_switch: into ring 3");
}
