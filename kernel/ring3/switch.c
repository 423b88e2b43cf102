/*
 * The second half of a hand-over: registers, on the way out of the kernel.
 *
 *   swap in the directory    ring3.S keeps A's registers on the kernel's stack
 *     core/cpu.c             slot 0 leads to B's table, the books say B; and a
 *                            word asks for the other way out
 *   the other way out        A's registers to A's context, and B's from B's:
 *     cpu_switch             here
 *   iretq                    B goes on
 *
 * There are two halves because the first is proved, and knows no registers;
 * and because it may take more than one step until somebody can run. `loaded`
 * says whose registers the processor still has, however many those were.
 */
#include "core/cpu.h"
#include "core/group.h"
#include "core/notice.h"
#include "ring3/end.h"
#include "ring3/enter.h"
#include "ring3/event.h"
#include "ring3/lease.h"
#include "ring3/switch.h"

#define DOUBLE_FAULT 8

void cpu_switch(struct trap_frame *frame, uint64_t address)
{
    struct cpu_state *cpu = &cpus[arch_cpu()];
    enter_save(cpu->loaded, frame, address);
    arch_state_save(cpu->loaded);
    if (cpu->rest) {
        lease_rest();
    }
    /* A process may write what it likes into its context, also that it goes on
     * nowhere. That is a fault of which it cannot be told: its giver has the
     * processor, and if that has no place either, the next. At init the chain
     * ends. */
    while (!enter_load(cpu->process, frame)) {
        if (cpu->process == SLOT_INIT) {
            init_end("cannot go on: no such place", frame->rip);
        }
        processes[cpu->process].vector = DOUBLE_FAULT;
        cpu_back(REASON_FAULT);
    }
    cpu->loaded = cpu->process;
    /* All that a process could read or use: nothing is left for later (Lazy
     * FPU, in kernel/SECURITY.md). */
    arch_state_load(cpu->loaded);
    group_load(cpu->loaded);
    arch_context_set(context_of(cpu->loaded));
    arch_switch_done();
    lease_start();
    /* What came while it was away. */
    event_deliver(cpu->loaded, frame);
}
