/*
 * What arch/trap.S calls with the registers of whatever was interrupted.
 */
#include "arch/trap.h"

#include "arch/cpu.h"

void trap_enter(struct trap_frame *frame)
{
    if (frame->cs & RING3) {
        trap_from_ring3(frame);
    } else {
        trap_from_kernel(frame);
    }
}
