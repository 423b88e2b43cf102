#include "core/device.h"

#define VGA_START 0xa0
#define VGA_END 0xc0
#define DEVICES_MAX ARRAY_COUNT(((struct books *)0)->device)
#define DEVICE_FRAMES_MAX 0x2000 /* 32 MiB of one range */

static struct device found[DEVICES_MAX];
static unsigned count;

/* Adds a range, cut to a sensible size, if there is room for it. */
static void add(uint64_t start, uint64_t end, uint64_t id)
{
    if (end > start + DEVICE_FRAMES_MAX) {
        end = start + DEVICE_FRAMES_MAX;
    }
    if (count < DEVICES_MAX && start < end && end <= FRAMES_MAX) {
        found[count].start = start;
        found[count].end = end;
        found[count].id = id;
        count++;
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
    count = 0;
    add(VGA_START, VGA_END, 0);
    for (unsigned at = 0; arch_pci_next(&at, &range);) {
        uint64_t start = range.start / FRAME_SIZE;
        uint64_t end = align_up(range.end, FRAME_SIZE) / FRAME_SIZE;
        if (!is_ram(&boot->info, start, end)) {
            add(start, end, range.id);
        }
    }
}

unsigned device_count(void)
{
    return count;
}

const struct device *device_range(unsigned n)
{
    return &found[n];
}

void device_boot(void)
{
    for (unsigned i = 0; i < count; i++) {
        books.device[i].start = found[i].start;
        books.device[i].end = found[i].end;
        books.device[i].id = found[i].id;
        for (uint64_t f = found[i].start; f < found[i].end; f++) {
            if (frames[f].kind == KIND_NONE) {
                frames[f].kind = KIND_DEVICE;
                frames[f].level = 1;
                frames[f].owner = SLOT_INIT;
                processes[SLOT_INIT].owned++;
            }
        }
        if (books.frames < found[i].end) {
            books.frames = found[i].end;
        }
    }
    books.devices = count;
}
