/*
 * The kernel's boot, in order. One file for all labs: what has not arrived yet
 * is in course/later.c.
 *
 *   handover, screen            so that what goes wrong can be told (the serial
 *                               port works: the loader saw to that)
 *   arch_init                   so that an exception is told
 *   bootinfo, bootmem           which RAM there is: now frames can be taken
 *   books, kmap, root           off the loader's tables, onto our own
 *   init                        ring 3; nobody comes back from there
 *
 * Until the root is loaded all of it runs on tables that the loader built,
 * which show the first 4 GiB and the image, and all of it writable and
 * executable.
 */
#include "abi/exit.h"
#include "boot/books.h"
#include "boot/bootmem.h"
#include "boot/init.h"
#include "boot/kmap.h"
#include "boot/report.h"
#include "core/tables.h"
#include "lib/observe.h"
#include "lib/panic.h"
#include "lib/print.h"

static struct boot boot;

/* Not inlined: a breakpoint at kernel_main would stand in one of its lines, or
 * of what it calls, and not in kernel_main's. */
static __attribute__((noinline)) void take_handover(uint64_t at)
{
    const void *bytes = phys_bytes((paddr){at});
    const struct handover *from = bytes;
    if (from->magic != HANDOVER_MAGIC) {
        boot_fail("the loader", "is not of this kernel's version");
    }
    boot.handover = *from;
    boot.image = image_find((paddr){boot.handover.kernel_start});
}

static const char *const bootinfo_errors[] = {
    [BOOTINFO_SIZE] = "has an absurd total size",
    [BOOTINFO_TAG] = "has a tag with an absurd size",
    [BOOTINFO_SHORT] = "has a tag that is too short for its type",
    [BOOTINFO_WRAP] = "has a range that ends before it starts",
    [BOOTINFO_MANY] = "has more in it than there is room for",
    [BOOTINFO_END] = "has no end tag",
    [BOOTINFO_RAM] = "lists no RAM",
};

static void read_bootinfo(void)
{
    paddr at = {boot.handover.info};
    /* The loader checked that the total size can be believed. */
    uint64_t limit = read32(phys_bytes(at));
    enum bootinfo_error error =
        bootinfo_parse(phys_bytes(at), limit, &boot.info);
    if (error != BOOTINFO_OK) {
        boot_fail("the boot information", bootinfo_errors[error]);
    }
}

/* The frames that are in use until boot is over, and the kernel's own. */
static void keep_frames(void)
{
    const struct handover *h = &boot.handover;
    bootmem_init(&boot.info);
    bootmem_keep(boot.image.start.v, boot.image.end.v, "kernel");
    bootmem_keep(h->loader_start, h->loader_end, "loader");
    bootmem_keep(h->init_start, h->init_end, "init's pages");
    bootmem_keep(h->info, h->info + read32(phys_bytes((paddr){h->info})),
                 "boot information");
    for (uint64_t i = 0; i < boot.info.modules; i++) {
        const struct module *module = &boot.info.module[i];
        bootmem_keep(module->start, module->end, module->name);
    }
}

uint64_t boot_map_device(const struct boot *b, uint64_t va, uint64_t pa,
                         uint64_t size)
{
    uint64_t into = pa % FRAME_SIZE;
    struct range range = {{va}, {pa - into}, align_up(into + size, FRAME_SIZE)};
    if (map_range(b->root, range, RIGHT_R | RIGHT_W, ENTRY_UNCACHED)) {
        panic("boot_map_device: map_range failed");
    }
    return va + into;
}

static void build_mappings(void)
{
    boot.root = bootmem_need("has no free frame for the root");
    /* First: its entry in the root is for ring 3, and an entry that kmap_build
     * makes is not (core/books.h says more). */
    books_map(&boot);
    enum map_error error = kmap_build(boot.root, &boot.image, &boot.info);
    if (error != MAP_OK) {
        panic_number("kmap_build failed with map_error", error);
    }
    if (screen_is_on()) {
        const struct screen *screen = &boot.handover.screen;
        screen_move(
            boot_map_device(&boot, DEVICE_BASE, screen->base, screen->size));
    }
    arch_root_load(boot.root);
}

void kernel_main(uint64_t handover)
{
    take_handover(handover);
    /* At its physical address: the loader's tables show it there too. */
    screen_init(boot.handover.screen);
    arch_init((unsigned)boot.handover.depth);
    boot_stage(&boot, STAGE_ENTERED);
    if (boot.handover.probe_start != 0) {
        probe_run(&boot, (paddr){boot.handover.probe_start},
                  (paddr){boot.handover.probe_end});
    }
    read_bootinfo();
    keep_frames();
    print("xo5: hello from the kernel\n");
    report_operations();
    report_machine(&boot);
    build_mappings();
    boot_stage(&boot, STAGE_MAPPED);
    report_mappings(boot.root);
    init_boot(&boot);
    boot_stage(&boot, STAGE_BOOTED);
    print("xo5: done\n");
    arch_stop(EXIT_BASE);
}
