/*
 * kernel/arch/irq.c on a board that is played here: what it does to the local
 * APIC when firmware has left it in either mode, or off. Says the word of
 * each case that went wrong.
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
#define MSRS 0x1000

struct cpuid {
    uint32_t a, b, c, d;
};

static uint64_t msr[MSRS], base;
static int has_apic;
static _Alignas(4096) uint8_t registers[4096]; /* in memory */

static struct cpuid cpuid(uint32_t leaf)
{
    return (struct cpuid){0, 0, 0, leaf == 1 && has_apic ? 1u << 9 : 0};
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
    if (number < 0x800 || number > 0x8ff || !(base & EXTENDED)) {
        fault("registers of the other mode");
    }
    msr[number] = value;
}

static void port_write8(uint16_t port, uint8_t value)
{
    (void)port, (void)value;
}

#include "arch/irq.c"

static uint32_t in_memory(unsigned at)
{
    return *(uint32_t *)(registers + at);
}

static void boot(uint64_t mode)
{
    memset(msr, 0, sizeof(msr));
    memset(registers, 0, sizeof(registers));
    base = mode;
    arch_irq_init(0);
    uint64_t local = arch_irq_local();
    if (local != 0 && local != BASE) {
        fault("another address");
    }
    arch_irq_init(local ? (uint64_t)registers : 0);
}

static int wrong;

static void expect(int holds, const char *what)
{
    if (!holds) {
        printf("%s\n", what);
        wrong = 1;
    }
}

int main(void)
{
    uint8_t untouched[sizeof(registers)] = {0};
    has_apic = 1;
    boot(BASE | ON | 0x100);
    expect(in_memory(0xf0) == 0x1ff && in_memory(0x350) == 0x700, "xAPIC");
    boot(BASE | ON | EXTENDED | 0x100);
    expect(msr[0x80f] == 0x1ff && msr[0x835] == 0x700, "x2APIC");
    expect(!memcmp(registers, untouched, sizeof(registers)),
           "x2APIC: registers that are not there were written");
    boot(BASE);
    expect(!memcmp(registers, untouched, sizeof(registers)), "off");
    has_apic = 0;
    boot(0);
    expect(!memcmp(registers, untouched, sizeof(registers)), "none");
    return wrong;
}
