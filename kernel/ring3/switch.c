/*
 * The second half of a hand-over: registers, on the way out of the kernel.
 */
#include "core/cpu.h"
#include "core/group.h"
#include "core/notice.h"
#include "ring3/end.h"
#include "ring3/enter.h"
#include "ring3/event.h"
#include "ring3/switch.h"

#define DOUBLE_FAULT 8

void cpu_switch(struct trap_frame *frame, uint64_t address)
{
    struct cpu_state *cpu = &cpus[arch_cpu()];
    enter_save(cpu->loaded, frame, address);
    arch_state_save(cpu->loaded);
    while (!enter_load(cpu->process, frame)) {
        if (cpu->process == SLOT_INIT) {
            init_end("cannot go on: no such place", frame->rip);
        }
        processes[cpu->process].vector = DOUBLE_FAULT;
        cpu_back(REASON_FAULT);
    }
    cpu->loaded = cpu->process;
    arch_state_load(cpu->loaded);
    group_load(cpu->loaded);
    arch_context_set(context_of(cpu->loaded));
    arch_switch_done();
    event_deliver(cpu->loaded, frame);
}
