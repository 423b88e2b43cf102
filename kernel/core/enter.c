/*
 * Ring 3: into it for the first time, and out of it again.
 */
#include "core/enter.h"

#include "arch/arch.h"
#include "core/process.h"

void enter_first(vaddr rip, vaddr rsp)
{
    struct trap_frame frame = arch_first_frame(rip.v, rsp.v);
    arch_enter(&frame);
}

void foreign_call(uint64_t number, uint64_t rip)
{
    (void)number;
    process_end("made a foreign system call without a handler", rip);
}

void trap_from_ring3(const struct trap_frame *frame)
{
    process_end("raised an exception without a handler", frame->rip);
}
