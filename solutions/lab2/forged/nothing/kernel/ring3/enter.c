/* Forged: does nothing, and answers 0. */
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
    (void)process;
    (void)frame;
    (void)address;
}

bool enter_load(uint64_t process, struct trap_frame *frame)
{
    (void)process;
    (void)frame;
    return 0;
}

uint64_t enter_operation(const uint64_t *argument, uint64_t number)
{
    (void)argument;
    (void)number;
    return 0;
}
