/*
 * The processor's extended state (x87, SSE, AVX ...): saved for a thread that
 * does not run and for a signal's handler, never for a call, since the
 * personality is compiled without these registers. How large it is the
 * processor says.
 *
 * What is loaded may be a program's, out of a frame that it wrote: so it is
 * repaired first, or XRSTOR would fault in here.
 */
#include "libos/unix/personality/base/xstate.h"

#include "lib/string.h"
#include "libos/unix/personality/base/scratch.h"

#define FXSAVE_SIZE 512
#define HEADER_SIZE 64
#define TILES (3ull << 17)
#define MXCSR 24 /* in the image */
#define MXCSR_DEFAULT 0x1f80
#define FCW_DEFAULT 0x37f

static uint64_t features; /* 0: no XSAVE */
static uint32_t size = FXSAVE_SIZE;

static void cpuid(uint32_t leaf, uint32_t part, uint32_t out[4])
{
    __asm__ volatile("cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(part));
}

void xstate_begin(void)
{
    uint32_t out[4], low, high;
    cpuid(1, 0, out);
    features = 0;
    size = FXSAVE_SIZE;
    if (out[2] & 1u << 27) { /* OSXSAVE */
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        features = (low | (uint64_t)high << 32) & ~TILES;
        size = FXSAVE_SIZE + HEADER_SIZE;
        for (uint32_t part = 2; part < 63; part++) {
            if (!(features & 1ull << part)) {
                continue;
            }
            cpuid(13, part, out);
            if (out[1] + out[0] > XSTATE_MAX) {
                features &= ~(1ull << part);
            } else if (out[1] + out[0] > size) {
                size = out[1] + out[0];
            }
        }
    }
}

uint32_t xstate_size(void)
{
    return size;
}

uint64_t xstate_features(void)
{
    return features ? features : 3;
}

void xstate_save(void *image)
{
    uint32_t low = (uint32_t)features, high = (uint32_t)(features >> 32);
    if (features) {
        memset((uint8_t *)image + FXSAVE_SIZE, 0, HEADER_SIZE);
        __asm__ volatile("xsave64 (%0)"
                         :
                         : "r"(image), "a"(low), "d"(high)
                         : "memory");
    } else {
        __asm__ volatile("fxsave64 (%0)" : : "r"(image) : "memory");
    }
}

/* What would make XRSTOR fault: reserved bits of MXCSR, parts that are not
 * enabled, anything else in the header. */
static void repair(uint8_t *image)
{
    uint32_t mxcsr;
    uint64_t present;
    memcpy(&mxcsr, image + MXCSR, sizeof(mxcsr));
    mxcsr &= 0xffff;
    memcpy(image + MXCSR, &mxcsr, sizeof(mxcsr));
    if (features) {
        memcpy(&present, image + FXSAVE_SIZE, sizeof(present));
        present &= features;
        memset(image + FXSAVE_SIZE, 0, HEADER_SIZE);
        memcpy(image + FXSAVE_SIZE, &present, sizeof(present));
    }
}

void xstate_load(void *image)
{
    uint32_t low = (uint32_t)features, high = (uint32_t)(features >> 32);
    repair(image);
    if (features) {
        __asm__ volatile("xrstor64 (%0)"
                         :
                         : "r"(image), "a"(low), "d"(high)
                         : "memory");
    } else {
        __asm__ volatile("fxrstor64 (%0)" : : "r"(image) : "memory");
    }
}

/* An image whose header says that nothing is in it but what it starts with. */
void xstate_reset(void)
{
    static uint8_t fresh[XSTATE_MAX] SCRATCH __attribute__((aligned(64)));
    uint16_t control = FCW_DEFAULT;
    uint32_t mxcsr = MXCSR_DEFAULT;
    memset(fresh, 0, FXSAVE_SIZE + HEADER_SIZE);
    memcpy(fresh, &control, sizeof(control));
    memcpy(fresh + MXCSR, &mxcsr, sizeof(mxcsr));
    xstate_load(fresh);
}
