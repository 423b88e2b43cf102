/* The second half of a hand-over. The first is core/cpu.h's. */
#ifndef XO5_RING3_SWITCH_H
#define XO5_RING3_SWITCH_H

#include "arch/arch.h"

/* Ends a hand-over, on the way out of the kernel: saves the registers in
 * `frame` for the process that had the CPU (`address` as enter_save's), and
 * fills it with those of the one that has it now, or, if that cannot run, of
 * its giver and so on. FPU state, ports and context go with them. */
void cpu_switch(struct trap_frame *frame, uint64_t address);

#endif
