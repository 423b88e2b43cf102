/*
 * The two interrupt controllers of the PC, and the local APIC in front of
 * them. Intel 8259A data sheet; Intel SDM volume 3A, 12.4, "Local
 * APIC", and 12.5, "Handling Local Interrupts".
 *
 * Firmware may leave the local APIC in x2APIC mode: then its registers are
 * model-specific ones, and nothing answers in memory (SDM 3A, 12.12, "Extended
 * XAPIC (x2APIC)"). It stays in the mode it is in: the way back leads through
 * "disabled", and newer processors can be locked against it.
 */
#include "arch/arch.h"
#include "arch/cpuid.h"
#include "arch/msr.h"
#include "arch/port.h"

#define PIC1 0x20
#define PIC2 0xa0
#define DATA 1 /* port of the mask, behind the controller's own */
#define LINES_OF_ONE 8
#define CASCADE 2
#define ICW1 0x11 /* edges, cascade, ICW4 follows */
#define ICW4 0x01 /* 8086 mode */
#define EOI 0x20

#define FEATURES_1_D_APIC (1u << 9)
#define MSR_APIC_BASE 0x1bu
#define APIC_ENABLED (1ull << 11)
#define APIC_EXTENDED (1ull << 10) /* x2APIC mode */
#define MSR_X2APIC(at) (0x800u + (at) / 16)
#define APIC_SPURIOUS 0xf0
#define APIC_LINT0 0x350
#define APIC_ON 0x1ff       /* enabled, spurious interrupts as vector 255 */
#define LINT_EXTERNAL 0x700 /* the 8259s decide */

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

/* MSR_APIC_BASE of a local APIC that is on, or 0. */
static uint64_t apic_base(void)
{
    uint64_t base =
        cpuid(1).d & FEATURES_1_D_APIC ? msr_read(MSR_APIC_BASE) : 0;
    return base & APIC_ENABLED ? base : 0;
}

uint64_t arch_irq_local(void)
{
    uint64_t base = apic_base();
    return base & APIC_EXTENDED ? 0 : base & PTE_ADDRESS;
}

void arch_irq_init(uint64_t local)
{
    controllers_init();
    if (apic_base() & APIC_EXTENDED) {
        msr_write(MSR_X2APIC(APIC_SPURIOUS), APIC_ON);
        msr_write(MSR_X2APIC(APIC_LINT0), LINT_EXTERNAL);
    } else if (local) {
        *(volatile uint32_t *)(local + APIC_SPURIOUS) = APIC_ON;
        *(volatile uint32_t *)(local + APIC_LINT0) = LINT_EXTERNAL;
    }
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
