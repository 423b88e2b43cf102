/*
 * Time. The kernel has no tick and no queue: one timer, set for whoever runs.
 *
 *        lease_start                 notice          the end
 *   ---------+--------------------------+---------------+------> ticks
 *            the process runs           EVENT_LEASE     its giver has the CPU
 *
 * Of all who have lent the CPU the last one's lease ends first (core/cpu.c). So
 * the others' need no watching; but time goes by while the kernel works, or
 * stands still, and then several may be over at once: it is taken step by step
 * until someone has it whose lease is not.
 *
 * The timer may go off too early. Then there is nothing to do but to set it
 * again.
 */
#include "ring3/lease.h"

#include "core/cpu.h"
#include "core/notice.h"
#include "ring3/event.h"
#include "ring3/interrupt.h"
#include "ring3/switch.h"

/* Whoever runs has been given notice, of this lease. */
static bool told[CPU_MAX];

/* The time at which `process` wants to be told; its lease's end if it does not
 * want to be, or has been. */
static uint64_t next(uint64_t process)
{
    uint64_t lease = processes[process].lease;
    uint64_t notice = context_of(process)->notice;
    if (lease == 0) {
        return TIMER_NEVER;
    }
    /* Longer than all time there is: at once. */
    return told[arch_cpu()] ? lease : lease - (notice < lease ? notice : lease);
}

void lease_start(void)
{
    told[arch_cpu()] = false;
    arch_timer_set(next(cpu_process()));
}

/* Takes the CPU from everyone whose lease is over. */
static void expire(uint64_t now)
{
    while (cpu_expire(now)) {
    }
}

void lease_tick(struct trap_frame *frame)
{
    uint64_t now = arch_ticks(), process = cpu_process();
    expire(now);
    if (cpu_process() != process) {
        cpu_switch(frame, 0);
        return;
    }
    if (now >= next(process)) {
        told[arch_cpu()] = true;
        notice_event(process, EVENT_LEASE);
        event_deliver(process, frame);
    }
    arch_timer_set(next(process));
}

void lease_rest(void)
{
    struct cpu_state *cpu = &cpus[arch_cpu()];
    uint64_t lease = processes[cpu->process].lease, until = cpu->rest;
    unsigned vector = TIMER_VECTOR;
    if (lease && lease < until) {
        until = lease;
    }
    while (vector == TIMER_VECTOR && arch_ticks() < until &&
           context_of(cpu->process)->events == 0) {
        arch_timer_set(until);
        vector = arch_wait();
        interrupt_end(vector);
    }
    cpu->rest = 0;
    expire(arch_ticks());
}
