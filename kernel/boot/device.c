/*
 * The ranges of device memory that a process may have: found on the bus before
 * the books are mapped, because their records need memory behind them too, and
 * made init's once the records are there.
 */
#include "boot/device.h"

#define VGA_START 0xa0
#define VGA_END 0xc0
#define DEVICES_MAX ARRAY_COUNT(((struct books *)0)->device)
#define DEVICE_FRAMES_MAX 0x2000 /* 32 MiB of one range */

static struct device ranges[DEVICES_MAX];
static unsigned range_count;

/* Adds a range, cut to a sensible size, if there is room for it. */
static void add(uint64_t start, uint64_t end, uint64_t id)
{
    /* Each frame costs a record; of a display's memory the beginning is
     * enough. */
    if (end > start + DEVICE_FRAMES_MAX) {
        end = start + DEVICE_FRAMES_MAX;
    }
    if (range_count < DEVICES_MAX && start < end && end <= FRAMES_MAX) {
        ranges[range_count++] = (struct device){start, end, id};
    }
}

/* True if RAM is anywhere in these frames. */
static bool is_ram(const struct bootinfo *info, uint64_t start, uint64_t end)
{
    for (uint64_t i = 0; i < info->regions; i++) {
        const struct region *r = &info->region[i];
        if (r->kind == REGION_RAM && r->start < end * FRAME_SIZE &&
            r->end > start * FRAME_SIZE) {
            return true;
        }
    }
    return false;
}

void device_find(const struct boot *boot)
{
    struct arch_range range;
    range_count = 0;
    add(VGA_START, VGA_END, 0);
    for (unsigned at = 0; arch_pci_next(&at, &range);) {
        /* Whole frames: the rest of one could be another device. */
        uint64_t start = align_up(range.start, FRAME_SIZE) / FRAME_SIZE;
        uint64_t end = range.end / FRAME_SIZE;
        if (!is_ram(&boot->info, start, end)) {
            add(start, end, range.id);
        }
    }
}

unsigned device_count(void)
{
    return range_count;
}

const struct device *device_range(unsigned n)
{
    return &ranges[n];
}

void device_boot(void)
{
    for (unsigned i = 0; i < range_count; i++) {
        books.device[i] = ranges[i];
        for (uint64_t f = ranges[i].start; f < ranges[i].end; f++) {
            /* The memory map says RAM, or the kernel has it: no device,
             * whatever its register claims. */
            if (frames[f].kind == KIND_NONE) {
                frames[f].kind = KIND_DEVICE;
                frames[f].level = 1;
                frames[f].owner = SLOT_INIT;
                processes[SLOT_INIT].owned++;
            }
        }
    }
    books.devices = range_count;
}
