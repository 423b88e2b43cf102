/*
 * Whoever tries what may fault leaves an address to go on at (probe_resume).
 * The handler keeps the fault's registers, and returns there instead of to
 * where it came from. Without such an address the fault is nobody's: the
 * handler takes itself away and returns, so that the same instruction faults
 * again and ends the process.
 */
#include "lib/probe.h"

#include "lib/upcall.h"

#define FLAG_TRAP UINT64_C(0x100)

volatile uint64_t probe_resume;
struct registers probe_fault;

static void take(struct registers *trap)
{
    probe_fault = *trap;
    if (probe_resume == 0) {
        upcall_on_fault(0); /* and it faults again */
        return;
    }
    trap->rip = probe_resume;
    /* A probe of single steps ends with its first one. */
    trap->rflags &= ~FLAG_TRAP;
}

void probe_install(void)
{
    probe_resume = 0;
    upcall_on_fault(take);
}

void probe_begin(void)
{
    probe_fault.vector = PROBE_NONE;
}

uint64_t probe_end(void)
{
    probe_resume = 0;
    return probe_fault.vector;
}

uint64_t probe_load(uint64_t va)
{
    return PROBE("movq (%0), %%rax", "r"(va));
}

uint64_t probe_store(uint64_t va)
{
    return PROBE("movq $1, (%0)", "r"(va));
}

uint64_t probe_run(uint64_t va)
{
    return PROBE("movq %%r11, %%rdx\n\tjmp *%0", "r"(va));
}
