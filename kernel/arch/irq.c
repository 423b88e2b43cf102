/*
 * The two interrupt controllers of the PC: Intel 8259A data sheet. The local
 * APIC, in front of them, passes on what they say (arch/apic.c).
 */
#include "arch/apic.h"
#include "arch/arch.h"
#include "arch/port.h"

#define PIC1 0x20
#define PIC2 0xa0
#define DATA 1 /* port of the mask, behind the controller's own */
#define LINES_OF_ONE 8
#define CASCADE 2
#define ICW1 0x11 /* edges, cascade, ICW4 follows */
#define ICW4 0x01 /* 8086 mode */
#define EOI 0x20

/* Line 2 is where the second controller comes in. */
static uint16_t masked = (uint16_t)~(1u << CASCADE);

static void write_mask(void)
{
    port_write8(PIC1 + DATA, masked & 0xff);
    port_write8(PIC2 + DATA, (uint8_t)(masked >> LINES_OF_ONE));
}

static void controllers_init(void)
{
    /* Four words to each, in this order; then the lines are vectors that
     * collide with no exception, as those that firmware left do. */
    port_write8(PIC1, ICW1);
    port_write8(PIC2, ICW1);
    port_write8(PIC1 + DATA, IRQ_FIRST);
    port_write8(PIC2 + DATA, IRQ_FIRST + LINES_OF_ONE);
    port_write8(PIC1 + DATA, 1u << CASCADE);
    port_write8(PIC2 + DATA, CASCADE);
    port_write8(PIC1 + DATA, ICW4);
    port_write8(PIC2 + DATA, ICW4);
    write_mask();
}

void arch_irq_init(uint64_t local)
{
    controllers_init();
    apic_init(local);
}

void arch_irq_mask(unsigned line)
{
    masked |= (uint16_t)(1u << line);
    write_mask();
}

void arch_irq_unmask(unsigned line)
{
    masked &= (uint16_t)~(1u << line);
    write_mask();
}

void arch_irq_end(unsigned line)
{
    /* A line of the second controller is the first one's line 2 as well. */
    if (line >= LINES_OF_ONE) {
        port_write8(PIC2, EOI);
    }
    port_write8(PIC1, EOI);
}
