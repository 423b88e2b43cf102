/*
 * Of the processor and the board, what operations call: written down by
 * proof/search/host.c instead of done.
 */
#ifndef XO5_SMALL_ARCH_H
#define XO5_SMALL_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "arch/frame.h"
#include "arch/paging.h"

extern unsigned arch_depth;
extern unsigned arch_page_levels;

void arch_flush(void);
void arch_ports_set(unsigned first, unsigned count, bool open);
void arch_ports_use(bool any);
void arch_switch_ask(void);
void arch_state_reset(uint64_t process);
void arch_irq_mask(unsigned line);
void arch_irq_unmask(unsigned line);
void arch_irq_end(unsigned line);

static inline unsigned arch_cpu(void)
{
    return 0;
}

/* A small frame is one table. */
void frame_clear(uint64_t frame);

#endif
