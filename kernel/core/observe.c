#include "core/observe.h"

#include "arch/arch.h"
#include "core/bootmem.h"

uint64_t xo5_observe[OBSERVE_COUNT];

/* The physical address of something in the kernel's image. */
static uint64_t physical(const struct boot *boot, const void *at)
{
    return boot->image.start.v + ((uint64_t)at - KERNEL_BASE);
}

void observe_set(enum observe word, uint64_t value)
{
    xo5_observe[word] = value;
}

void observe_stage(const struct boot *boot, enum observe_stage stage)
{
    observe_set(OBSERVED_STAGE, stage);
    observe_set(OBSERVED_DEPTH, arch_depth);
    observe_set(OBSERVED_PAGE_LEVELS, arch_page_levels);
    observe_set(OBSERVED_ROOT, boot->root);
    observe_set(OBSERVED_KERNEL_START, boot->image.start.v);
    observe_set(OBSERVED_KERNEL_END, boot->image.end.v);
    observe_set(OBSERVED_PARTS, physical(boot, boot->image.part));
    observe_set(OBSERVED_PARTS_COUNT, IMAGE_PARTS);
    observe_set(OBSERVED_PART_STRIDE, sizeof(struct part));
    observe_set(OBSERVED_BOOTINFO, physical(boot, &boot->info));
    observe_set(OBSERVED_INFO, boot->handover.info);
    observe_set(OBSERVED_BOOTMEM_NEXT, bootmem_next());
    observe_set(OBSERVED_BOOTMEM_TAKEN, bootmem_taken());
    observe_set(OBSERVED_LOADER_START, boot->handover.loader_start);
    observe_set(OBSERVED_LOADER_END, boot->handover.loader_end);
    observe_set(OBSERVED_QUIETS, xo5_observe[OBSERVED_QUIETS] + 1);
    observe_set(OBSERVED_MAGIC, OBSERVE_MAGIC);
    xo5_quiet();
}

__attribute__((noinline)) void xo5_quiet(void)
{
    /* Kept by the compiler, and a place to stop at. */
    observe_set(OBSERVED_MAGIC, OBSERVE_MAGIC);
}
