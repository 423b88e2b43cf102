/*
 * The contracts of time: the timer (arch/arch.h), leases as ring 3 meets them
 * (ring3/lease.h), and a processor that stops.
 */
#include "contracts/contract.h"
#include "core/cpu.h"
#include "core/rest.h"
#include "ring3/lease.h"

/* Whoever runs has a lease that is not over by then, or none. */
static bool in_time(uint64_t then)
{
    uint64_t lease = processes[cpu_process()].lease;
    return lease == 0 || lease > then;
}

CONTRACT(void, arch_timer_set, uint64_t when)
{
    ASSERT(!(arch_flags() & FLAG_IF),
           "arch_timer_set: it cannot go off in the kernel");
    __real_arch_timer_set(when);
}

CONTRACT(unsigned, arch_wait, void)
{
    ASSERT(!(arch_flags() & FLAG_IF), "arch_wait: interrupts are off before");
    unsigned vector = __real_arch_wait();
    ASSERT(!(arch_flags() & FLAG_IF), "arch_wait: and after");
    ASSERT(vector >= IRQ_FIRST && vector < 256,
           "arch_wait: an interrupt's vector");
    return vector;
}

CONTRACT(void, lease_start, void)
{
    ASSERT(cpus[arch_cpu()].loaded == cpu_process(),
           "lease_start: for who has just been loaded");
    __real_lease_start();
}

CONTRACT(void, lease_tick, struct trap_frame *frame)
{
    uint64_t now = arch_ticks();
    __real_lease_tick(frame);
    ASSERT(in_time(now), "lease_tick: nobody runs whose lease is over");
    ASSERT(cpus[arch_cpu()].loaded == cpu_process(),
           "lease_tick: the registers are those of who runs");
}

CONTRACT(void, lease_rest, void)
{
    uint64_t now = arch_ticks();
    ASSERT(cpus[arch_cpu()].rest != 0, "lease_rest: somebody asked for it");
    __real_lease_rest();
    ASSERT(cpus[arch_cpu()].rest == 0, "lease_rest: it is over");
    ASSERT(in_time(now), "lease_rest: nobody runs whose lease is over");
}
