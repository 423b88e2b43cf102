/* The processor's own interrupt controller; for arch/ alone. */
#ifndef XO5_ARCH_APIC_H
#define XO5_ARCH_APIC_H

#include <stdint.h>

/* Turns it on, and lets the 8259s' interrupts through. `local`: where its
 * registers are mapped, or 0 if they are not in memory, or there is none. */
void apic_init(uint64_t local);

#endif
