/*
 * Registers that the kernel itself does not use, so that it need not save them
 * to work for a process, but only when another has the processor. Intel SDM
 * volume 1, 10.5 (FXSAVE) and 13 (XSAVE).
 *
 * They lie where only the kernel writes and no process reads: a context may be
 * written by others, and xrstor faults at what is no state. A new process gets
 * them as they are after a reset, and nothing of whoever had the slot before.
 */
#include "arch/state.h"

#include "abi/books.h"
#include "arch/arch.h"
#include "arch/cpuid.h"
#include "arch/msr.h"

#define CR4_OSXSAVE (1ull << 18)
#define FEATURES_1_C_AVX (1u << 28)
#define XCR0_X87_SSE 3u
#define XCR0_AVX 4u
#define FCW_AT 0
#define FCW_RESET 0x037f /* FNINIT's: no exceptions, 64-bit precision */
#define MXCSR_AT 24
#define MXCSR_RESET 0x1f80 /* no exceptions, round to nearest */
#define AREA_SIZE 832      /* x87, SSE, the header, AVX */

struct state {
    uint8_t area[AREA_SIZE];
    uint64_t fs, gs;
} __attribute__((aligned(64)));

static struct state states[PROCESS_MAX];
static uint32_t state_mask; /* XCR0, or 0 without XSAVE */

void state_init(void)
{
    if (!(arch_control(4) & CR4_OSXSAVE)) {
        return;
    }
    state_mask = XCR0_X87_SSE;
    state_mask |= cpuid(1).c & FEATURES_1_C_AVX ? XCR0_AVX : 0;
    __asm__ volatile("xsetbv" : : "a"(state_mask), "c"(0), "d"(0));
}

void arch_state_reset(uint64_t process)
{
    uint8_t *area = states[process].area;
    states[process] = (struct state){0};
    area[FCW_AT] = FCW_RESET & 0xff;
    area[FCW_AT + 1] = FCW_RESET >> 8;
    area[MXCSR_AT] = MXCSR_RESET & 0xff;
    area[MXCSR_AT + 1] = MXCSR_RESET >> 8;
}

void arch_state_save(uint64_t process)
{
    struct state *s = &states[process];
    if (state_mask) {
        __asm__ volatile("xsave64 %0"
                         : "+m"(s->area)
                         : "a"(state_mask), "d"(0)
                         : "memory");
    } else {
        __asm__ volatile("fxsave64 %0" : "=m"(s->area));
    }
    s->fs = msr_read(MSR_FS_BASE);
    s->gs = msr_read(MSR_KERNEL_GS_BASE); /* ring 3's, while we are here */
}

void arch_state_load(uint64_t process)
{
    const struct state *s = &states[process];
    if (state_mask) {
        __asm__ volatile("xrstor64 %0"
                         :
                         : "m"(s->area), "a"(state_mask), "d"(0));
    } else {
        __asm__ volatile("fxrstor64 %0" : : "m"(s->area));
    }
    /* Selectors that ring 3 loaded stay with nobody. Loading GS's clears the
     * base that is active, so it must be the other one. */
    __asm__ volatile("movl %0, %%ds\n\tmovl %0, %%es\n\tmovl %0, %%fs\n\t"
                     "swapgs\n\tmovl %0, %%gs\n\tswapgs"
                     :
                     : "r"(0)
                     : "memory");
    msr_write(MSR_FS_BASE, s->fs);
    msr_write(MSR_KERNEL_GS_BASE, s->gs);
}
