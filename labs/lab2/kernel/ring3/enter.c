/*
 * Exercise 2.4. Ring 3.
 */
#include "ring3/enter.h"

#include "abi/operations.h"
#include "core/cpu.h"
#include "core/notice.h"
#include "lib/exercise.h"
#include "ops/batch.h"
#include "ops/dispatch.h"
#include "ring3/lock.h"
#include "ring3/registers.h"

void enter_save(uint64_t process, const struct trap_frame *frame,
                uint64_t address)
{
    /*
     * TODO 1: find the process's context: context_of, in core/notice.h.
     * TODO 2: registers_save knows the rest.
     */
    (void)process;
    (void)frame;
    (void)address;
    exercise_missing("2.4 (kernel/ring3/enter.c: enter_save)");
}

bool enter_load(uint64_t process, struct trap_frame *frame)
{
    /*
     * TODO 1: rip and rsp, each read once: who can write to this page while
     *         you look at it?
     * TODO 2: do both lie in user space, which ends at
     *         arch_user_limit? A stack that is empty starts at its end.
     * TODO 3: registers_load fills in all the others.
     * TODO 4: arch_frame_ring3 has the last word on selectors and flags.
     */
    (void)process;
    (void)frame;
    exercise_missing("2.4 (kernel/ring3/enter.c: enter_load)");
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    /*
     * TODO 1: take the lock; let go of it on every way out.
     * TODO 2: a batch, or one operation? `number` has lost its bit 31.
     */
    (void)argument;
    (void)number;
    exercise_missing("2.4 (kernel/ring3/enter.c: enter_operation)");
}
