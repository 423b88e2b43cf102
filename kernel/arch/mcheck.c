/*
 * Machine checks: what the processor itself finds broken, memory or bus. A
 * processor that was not told to report them resets the machine instead.
 * Intel SDM volume 3B, 15.3 (the registers), 15.8 (how to begin).
 */
#include "arch/arch.h"
#include "arch/cpuid.h"
#include "arch/msr.h"

#define FEATURES_1_D_MCE (1u << 7)
#define FEATURES_1_D_MCA (1u << 14)

#define MCG_CAP 0x179u
#define MCG_CAP_BANKS 0xffu
#define MCG_CAP_CTL (1u << 8) /* there is an MCG_CTL */
#define MCG_CTL 0x17bu
#define MC_CTL(bank) (0x400u + 4 * (bank))
#define MC_STATUS(bank) (MC_CTL(bank) + 1)
#define MC_ADDRESS(bank) (MC_CTL(bank) + 2)
#define STATUS_VALID (1ull << 63)
#define STATUS_ADDRESS (1ull << 58)
#define ALL UINT64_MAX

/* Before this model of family 6 the first bank is the firmware's alone. */
#define FAMILY_MODEL(a)                                                        \
    (((a) >> 8 & 15) << 8 | ((a) >> 12 & 0xf0) | ((a) >> 4 & 15))
#define FAMILY_6 0x600u
#define FIRST_BANK_FREE 0x61au

static bool has_banks(void)
{
    uint32_t both = FEATURES_1_D_MCE | FEATURES_1_D_MCA;
    return (cpuid(1).d & both) == both;
}

unsigned arch_check_banks(void)
{
    return has_banks() ? msr_read(MCG_CAP) & MCG_CAP_BANKS : 0;
}

bool arch_check_read(unsigned bank, uint64_t *status, uint64_t *address)
{
    *status = msr_read(MC_STATUS(bank));
    *address = *status & STATUS_ADDRESS ? msr_read(MC_ADDRESS(bank)) : 0;
    return *status & STATUS_VALID;
}

void arch_check_init(void)
{
    unsigned model = FAMILY_MODEL(cpuid(1).a);
    unsigned first = model >= FAMILY_6 && model < FIRST_BANK_FREE ? 1 : 0;
    if (has_banks() && msr_read(MCG_CAP) & MCG_CAP_CTL) {
        msr_write(MCG_CTL, ALL);
    }
    for (unsigned bank = 0; bank < arch_check_banks(); bank++) {
        if (bank >= first) {
            msr_write(MC_CTL(bank), ALL);
        }
        msr_write(MC_STATUS(bank), 0);
    }
}
