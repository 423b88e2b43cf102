/*
 * kernel/arch/irq.c and apic.c on a board that is played here: what they do to
 * the local APIC when firmware has left it in either mode, or off, and to its
 * timer, of either kind, or one that stands still. Says the word of each case
 * that went wrong.
 */
#define XO5_ARCH_CPUID_H
#define XO5_ARCH_MSR_H
#define XO5_ARCH_PORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE 0xfee00000u
#define ON 0x800u
#define EXTENDED 0x400u
#define DEADLINE 0x6e0u
#define MSRS 0x1000

struct cpuid {
    uint32_t a, b, c, d;
};

static uint64_t msr[MSRS], base;
static int has_apic, has_deadline;
static _Alignas(4096) uint8_t memory[4096]; /* its registers there */

static struct cpuid cpuid(uint32_t leaf)
{
    if (leaf != 1 || !has_apic) {
        return (struct cpuid){0};
    }
    return (struct cpuid){0, 0, has_deadline ? 1u << 24 : 0, 1u << 9};
}

/* A general protection fault: SDM 3A, 10.12.2 and 10.12.5. */
static void fault(const char *what)
{
    printf("fault: %s\n", what);
    exit(1);
}

static uint64_t msr_read(uint32_t number)
{
    if (!has_apic) {
        fault("there is no such register");
    }
    return number == 0x1b ? base : msr[number];
}

static void msr_write(uint32_t number, uint64_t value)
{
    if (number == 0x1b) {
        fault("the mode may be locked");
    }
    if (number == DEADLINE && has_deadline) {
        msr[number] = value;
        return;
    }
    if (number < 0x800 || number > 0x8ff || !(base & EXTENDED)) {
        fault("registers of the other mode");
    }
    msr[number] = value;
}

static void port_write8(uint16_t port, uint8_t value)
{
    (void)port, (void)value;
}

#include "arch/apic.c"
#include "arch/irq.c"

static uint32_t in_memory(unsigned at)
{
    return *(uint32_t *)(memory + at);
}

static void boot(uint64_t mode)
{
    memset(msr, 0, sizeof(msr));
    memset(memory, 0, sizeof(memory));
    base = mode;
    arch_irq_init(0);
    uint64_t local = arch_irq_local();
    if (local != 0 && local != BASE) {
        fault("another address");
    }
    arch_irq_init(local ? (uint64_t)memory : 0);
}

static int wrong;

static void expect(int holds, const char *what)
{
    if (!holds) {
        printf("%s\n", what);
        wrong = 1;
    }
}

static void put_in_memory(unsigned at, uint32_t value)
{
    *(uint32_t *)(memory + at) = value;
}

/* What is left of the count does not change here, so that is what was measured:
 * nothing of it, or all. */
static void test_timer(void)
{
    has_apic = 1;
    boot(BASE | ON);
    put_in_memory(0x390, UINT32_MAX);
    expect(!arch_timer_init(), "a timer that stands still");
    put_in_memory(0x390, 0);
    expect(arch_timer_init() && in_memory(0x320) == TIMER_VECTOR, "one-shot");
    put_in_memory(0x380, 7);
    arch_timer_set(TIMER_NEVER);
    expect(in_memory(0x380) == 7, "never, and it was not set");
    arch_timer_set(0);
    expect(in_memory(0x380) == 1, "a time that has passed");
    arch_timer_set(arch_ticks() + FAR);
    expect(in_memory(0x380) > 1, "later");
    arch_timer_set(TIMER_NEVER);
    expect(in_memory(0x380) == 0, "never");
    has_deadline = 1;
    boot(BASE | ON);
    rate = 0;
    expect(arch_timer_init() && in_memory(0x320) == (0x40000 | TIMER_VECTOR),
           "deadline mode");
    arch_timer_set(500);
    expect(msr[DEADLINE] == 500, "a deadline");
    arch_timer_set(TIMER_NEVER);
    expect(msr[DEADLINE] == 0, "no deadline");
    has_deadline = 0;
    has_apic = 0;
    boot(0);
    expect(!arch_timer_init(), "no timer at all");
}

int main(void)
{
    static const uint8_t untouched[sizeof(memory)];
    has_apic = 1;
    boot(BASE | ON | 0x100);
    expect(in_memory(0xf0) == 0x1ff && in_memory(0x350) == 0x700, "xAPIC");
    boot(BASE | ON | EXTENDED | 0x100);
    expect(msr[0x80f] == 0x1ff && msr[0x835] == 0x700, "x2APIC");
    expect(!memcmp(memory, untouched, sizeof(memory)),
           "x2APIC: registers that are not there were written");
    boot(BASE);
    expect(!memcmp(memory, untouched, sizeof(memory)), "off");
    has_apic = 0;
    boot(0);
    expect(!memcmp(memory, untouched, sizeof(memory)), "none");
    test_timer();
    return wrong;
}
