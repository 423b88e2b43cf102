/* What every interrupt wants done, wherever it came. */
#ifndef XO5_RING3_INTERRUPT_H
#define XO5_RING3_INTERRUPT_H

#include "arch/arch.h"
#include "core/group.h"

/* Tells the controllers that it was taken, and, of a line, its holder. */
static inline void interrupt_end(unsigned vector)
{
    if (vector == TIMER_VECTOR) {
        arch_timer_end();
    } else if (vector < IRQ_FIRST + IRQ_LINES) {
        group_interrupt(vector - IRQ_FIRST);
    }
}

#endif
