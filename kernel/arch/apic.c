/*
 * The local APIC: the processor's own interrupt controller, and its timer.
 * Intel SDM volume 3A, 12.4, "Local APIC", and 12.5, "Handling Local
 * Interrupts"; 12.5.4, "APIC Timer".
 *
 * Time is the time-stamp counter's, which ring 3 reads too. The timer can be
 * one that goes off when that counter reaches a number (TSC-deadline mode);
 * else it counts down by a clock of its own, which is compared with the other
 * once, at boot, and may then be late or early by a little. Early does no
 * harm: who finds that it is not yet time sets it again.
 *
 * Firmware may leave the APIC in x2APIC mode: then its registers are
 * model-specific ones, and nothing answers in memory (SDM 3A, 12.12, "Extended
 * XAPIC (x2APIC)"). It stays in the mode it is in: the way back leads through
 * "disabled", and newer processors can be locked against it.
 */
#include "arch/apic.h"

#include "arch/arch.h"
#include "arch/cpuid.h"
#include "arch/msr.h"

#define FEATURES_1_D_APIC (1u << 9)
#define FEATURES_1_C_DEADLINE (1u << 24)
#define MSR_APIC_BASE 0x1bu
#define MSR_TSC_DEADLINE 0x6e0u
#define MSR_X2APIC(at) (0x800u + (at) / 16)
#define APIC_ENABLED (1ull << 11)
#define APIC_EXTENDED (1ull << 10) /* x2APIC mode */

#define APIC_EOI 0xb0
#define APIC_SPURIOUS 0xf0
#define APIC_TIMER 0x320
#define APIC_LINT0 0x350
#define APIC_COUNT 0x380 /* what the timer starts with */
#define APIC_LEFT 0x390  /* what is left of it */
#define APIC_DIVIDE 0x3e0

#define APIC_ON 0x1ff       /* enabled, spurious interrupts as vector 255 */
#define LINT_EXTERNAL 0x700 /* the 8259s decide */
#define TIMER_MASKED 0x10000
#define TIMER_DEADLINE 0x40000
#define DIVIDE_BY_1 0xb
#define COUNT_MAX UINT32_MAX

#define MEASURE_TICKS (1u << 20) /* of the time-stamp counter */
#define RATE_SHIFT 24            /* rate: timer's ticks in 2^24 of the other */
#define FAR (1ull << 30)         /* ticks: what is later is set once more */

static uint64_t registers; /* mapped there; 0: they are model-specific ones */
static bool present;
static uint64_t rate; /* 0: TSC-deadline mode */
static bool set;      /* it will go off */

static void put(unsigned at, uint32_t value)
{
    if (registers) {
        *(volatile uint32_t *)(registers + at) = value;
    } else {
        msr_write(MSR_X2APIC(at), value);
    }
}

static uint32_t get(unsigned at)
{
    return registers ? *(volatile uint32_t *)(registers + at)
                     : (uint32_t)msr_read(MSR_X2APIC(at));
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

void apic_init(uint64_t local)
{
    registers = local;
    present = local || apic_base() & APIC_EXTENDED;
    if (present) {
        put(APIC_SPURIOUS, APIC_ON);
        put(APIC_LINT0, LINT_EXTERNAL);
    }
}

/* The timer's ticks in 2^RATE_SHIFT of the time-stamp counter's; 0 if it
 * stands still. */
static uint64_t measure(void)
{
    put(APIC_DIVIDE, DIVIDE_BY_1);
    put(APIC_TIMER, TIMER_MASKED | TIMER_VECTOR);
    put(APIC_COUNT, COUNT_MAX);
    uint64_t start = arch_ticks(), passed;
    do {
        arch_pause();
        passed = arch_ticks() - start;
    } while (passed < MEASURE_TICKS);
    uint64_t counted = COUNT_MAX - get(APIC_LEFT);
    put(APIC_COUNT, 0);
    return (counted << RATE_SHIFT) / passed;
}

bool arch_timer_init(void)
{
    if (!present) {
        return false;
    }
    if (cpuid(1).c & FEATURES_1_C_DEADLINE) {
        put(APIC_TIMER, TIMER_DEADLINE | TIMER_VECTOR);
        /* SDM 3A, 12.5.4.1: or what follows may be earlier than the mode. */
        __asm__ volatile("mfence" : : : "memory");
        return true;
    }
    rate = measure();
    put(APIC_TIMER, TIMER_VECTOR);
    return rate != 0;
}

void arch_timer_set(uint64_t when)
{
    bool never = when == TIMER_NEVER;
    if (never && !set) {
        return; /* the usual case: nothing is written, nothing read */
    }
    set = !never;
    if (rate == 0) {
        msr_write(MSR_TSC_DEADLINE, never ? 0 : when);
        return;
    }
    uint64_t now = arch_ticks(), ticks = when > now ? when - now : 0;
    ticks = ticks < FAR ? ticks : FAR;
    /* Rounded up, and at least one, because 0 stops it. */
    put(APIC_COUNT, never ? 0 : (uint32_t)(ticks * rate >> RATE_SHIFT) + 1);
}

void arch_timer_end(void)
{
    put(APIC_EOI, 0);
}
