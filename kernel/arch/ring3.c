/*
 * What ring 3 needs of a processor. Intel SDM volume 3A, 6.8.8, "Fast System
 * Calls in 64-Bit Mode"; volume 1, 20.5.2, "I/O Permission Bit Map".
 */
#include "arch/arch.h"
#include "arch/cpu.h"
#include "arch/msr.h"

#define EFER_SCE 1ull
extern char syscall_entry[];
extern char stack_boot_top[];

void arch_ring3_init(void)
{
    /* The boot stack is the kernel's one stack: boot does not come back to
     * it. */
    cpu_self()->stack_top = (uint64_t)stack_boot_top;
    cpu_self()->user_end = arch_user_limit;
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE);
    /* sysret takes ss from the upper half + 8, cs from it + 16. */
    msr_write(MSR_STAR, SELECTOR_KERNEL_CODE << 32 |
                            (SELECTOR_KERNEL_DATA | RING3) << 48);
    msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
    msr_write(MSR_SFMASK, FLAG_TF | FLAG_IF | FLAG_DF | FLAG_NT | FLAG_AC);
    msr_write(MSR_FS_BASE, 0);
    msr_write(MSR_KERNEL_GS_BASE, 0);
}

void arch_ports_set(unsigned first, unsigned count, bool open)
{
    struct tss *tss = &cpu_self()->tss;
    for (unsigned port = first; port < first + count; port++) {
        uint8_t bit = (uint8_t)(1u << port % 8);
        /* A byte for eight ports, and a bit that is set says no. */
        if (port < PORTS_LIMIT) {
            tss->ports[port / 8] &= (uint8_t)~bit;
            tss->ports[port / 8] |= open ? 0 : bit;
        }
    }
}

void arch_ports_use(bool any)
{
    /* A bitmap that begins behind the TSS's limit opens nothing. */
    cpu_self()->tss.ports_at =
        any ? offsetof(struct tss, ports) : sizeof(struct tss);
}

void arch_context_set(volatile struct context *context)
{
    cpu_self()->context = context;
}

void arch_switch_ask(void)
{
    cpu_self()->switch_asked = 1;
}

void arch_switch_done(void)
{
    cpu_self()->switch_asked = 0;
}
