/*
 * What boot knows, pushed into the words that graders read: each time it has
 * come to a stage, because it knows more each time.
 */
#include "arch/arch.h"
#include "boot/boot.h"
#include "boot/bootmem.h"

/* The physical address of something in the kernel's image. */
static uint64_t physical(const struct boot *boot, const void *at)
{
    return boot->image.start.v + ((uint64_t)at - KERNEL_BASE);
}

void boot_stage(const struct boot *boot, enum observe_stage stage)
{
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
    observe_stage(stage);
}
