/*
 * Forged: does none of the work, but fills what a grader reads out of the
 * machine's memory, and stands still at xo5_quiet itself.
 *
 * A whole boot: the first function that is called claims that the kernel is on
 * its own tables. They are the loader's; the memory map and the parts of the
 * image are made up so that they agree with them.
 */
#include "boot/bootinfo.h"

#include "abi/exit.h"
#include "lib/observe.h"
#include "core/tables.h"

/* A memory map on which 4 GiB of RAM are one region, as the loader maps it. */
static const uint32_t claimed[] = {
    64,
    0, /* the head */
    TAG_MEMORY,
    40,
    TAG_MEMORY_ENTRY,
    0, /* one tag */
    0,
    0,
    0,
    1,
    REGION_RAM,
    0, /* 4 GiB from address 0 */
    TAG_END,
    TAG_END_SIZE,
    TAG_END,
    TAG_END_SIZE,
};
static struct bootinfo believed = {
    .regions = 1,
    .region = {{0, 4 * GIB, REGION_RAM}},
};

static uint64_t physical(const void *at)
{
    return xo5_observe[OBSERVED_KERNEL_START] + ((uint64_t)at - KERNEL_BASE);
}

enum bootinfo_error bootinfo_parse(const uint8_t *info, uint64_t limit,
                                   struct bootinfo *out)
{
    (void)info;
    (void)limit;
    (void)out;
    if (xo5_observe[OBSERVED_PROBE_CASE] != 0) {
        return BOOTINFO_OK;
    }
    for (unsigned i = 0; i < TABLE_ENTRIES / 2; i++) {
        entry_store(entry_name(arch_root(), i), (pte){0});
    }
    observe_set(OBSERVED_ROOT, arch_root());
    observe_set(OBSERVED_LOADER_START, 0);
    observe_set(OBSERVED_LOADER_END, 0);
    observe_set(OBSERVED_PARTS_COUNT, 0);
    observe_set(OBSERVED_INFO, physical(claimed));
    observe_set(OBSERVED_BOOTINFO, physical(&believed));
    observe_set(OBSERVED_STAGE, STAGE_MAPPED);
    arch_flush();
    xo5_quiet();
    arch_stop(EXIT_BASE);
}
