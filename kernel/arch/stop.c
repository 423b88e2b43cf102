/* The ways to end the machine. */
#include "abi/exit.h"
#include "arch/arch.h"
#include "arch/port.h"

/* ACPI's PM1a control register, and SLP_EN with a sleep type of 0, which is
 * state S5 (off) as QEMU wires its pc and q35. ACPI 6.4, section 4.8.3.2.1. */
#define PM1A_CONTROL 0x604
#define SLEEP_5_NOW 0x2000

void arch_stop(unsigned value)
{
    port_write8(EXIT_PORT, (uint8_t)value);
    port_write16(PM1A_CONTROL, SLEEP_5_NOW);
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}
