/*
 * The loader: finds the kernel and init among GRUB's modules, copies them to
 * free places, reads what is asked of the machine once, enters long mode on
 * temporary tables and jumps. Whatever is missing is one line on the serial
 * port and the screen, and the machine ends.
 *
 * By multiboot2 GRUB enters what it loads in 32-bit mode: hence this program,
 * which is 32-bit code. What it knows it hands over in one structure
 * (boot/handover.h). Its tables show:
 *
 *   0            the first 4 GiB, where this code runs
 *   DIRECT_BASE  the same, as the kernel will see it
 *   KERNEL_BASE  the kernel's image, wherever it was put
 *
 * All of it may be written and run, since the kernel soon has better ones.
 */
#include <stddef.h>

#include "arch/console.h"
#include "arch/layout.h"
#include "arch/paging.h"
#include "boot/handover.h"
#include "boot/loader/clock.h"
#include "boot/loader/excess.h"
#include "boot/loader/pci.h"
#include "boot/loader/place.h"
#include "boot/loader/say.h"
#include "boot/loader/tags.h"

#define MULTIBOOT2_BOOT_MAGIC 0x36d76289
#define MIB 0x100000ull
#define RAM_LEAST 15 /* MiB that can be used: of 16, firmware takes some */
#define REACH 0x100000000ull /* mapped by the temporary tables */

/* Intel SDM volume 2A, CPUID. */
#define CPUID_EXTENDED 0x80000000
#define CPUID_EXTENDED_FEATURES 0x80000001
#define EXTENDED_LONG_MODE (1u << 29)
#define EXTENDED_NX (1u << 20)
#define CPUID_FEATURES_1 1
#define FEATURES_1_FXSR (1u << 24)
#define CPUID_FEATURES_7 7
#define FEATURES_7_LA57 (1u << 16)
#define EFLAGS_ID (1u << 21)

typedef uint64_t table[TABLE_ENTRIES] __attribute__((aligned(4096)));

static table pml5, pml4, pdpt_low, pdpt_kernel, pd_kernel, pd_low[4];
static struct handover handover;
extern char loader_start[], loader_end[];

void loader_main(uint32_t magic, const struct info *info)
    __attribute__((noreturn));
void enter_kernel(uint32_t root, uint32_t la57, uint32_t handover,
                  uint64_t entry) __attribute__((noreturn));

/* Remembers the screen for the kernel, and starts to write on it. */
static void find_screen(const struct info *info)
{
    const struct tag_framebuffer *tag =
        (const struct tag_framebuffer *)tags_find(
            info, NULL, TAG_FRAMEBUFFER, sizeof(struct tag_framebuffer) - 2);
    if (!tag || tag->address >= REACH ||
        (uint64_t)tag->pitch * tag->height > REACH - tag->address) {
        return;
    }
    struct screen screen = {
        .base = tag->address,
        .size = tag->pitch * tag->height,
        .pitch = tag->pitch,
        .unit = tag->bits / 8,
        .columns = tag->width,
        .rows = tag->height,
    };
    if (tag->type == FRAMEBUFFER_TEXT) {
        screen.kind = SCREEN_TEXT;
        screen.unit = 2;
    } else if (tag->type == FRAMEBUFFER_RGB && tag->bits >= 24) {
        screen.kind = SCREEN_PIXELS;
        screen.columns /= SCREEN_GLYPH_WIDTH;
        screen.rows /= SCREEN_GLYPH_HEIGHT;
    }
    handover.screen = screen;
    screen_init(screen);
}

struct cpuid {
    uint32_t a, b, c, d;
};

static struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid"
                     : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d)
                     : "a"(leaf), "c"(0));
    return r;
}

/* A processor without CPUID cannot change EFLAGS.ID. */
static int has_cpuid(void)
{
    uint32_t before, after;
    __asm__ volatile("pushfl\n\tpopl %0\n\t"
                     "movl %0, %1\n\txorl %2, %1\n\t"
                     "pushl %1\n\tpopfl\n\tpushfl\n\tpopl %1\n\t"
                     : "=&r"(before), "=&r"(after)
                     : "i"(EFLAGS_ID));
    return ((before ^ after) & EFLAGS_ID) != 0;
}

static void check_processor(void)
{
    if (!has_cpuid() || cpuid(CPUID_EXTENDED).a < CPUID_EXTENDED_FEATURES ||
        !(cpuid(CPUID_EXTENDED_FEATURES).d & EXTENDED_LONG_MODE)) {
        stop("this processor", "has no long mode, and xo5 is a 64-bit kernel");
    }
    if (!(cpuid(CPUID_EXTENDED_FEATURES).d & EXTENDED_NX)) {
        stop("this processor", "cannot forbid execution (NX), which xo5 needs");
    }
    if (!(cpuid(CPUID_FEATURES_1).d & FEATURES_1_FXSR)) {
        stop("this processor", "cannot save its vector registers (FXSR), "
                               "which xo5 needs");
    }
}

static int has_la57(void)
{
    return cpuid(0).a >= CPUID_FEATURES_7 &&
           (cpuid(CPUID_FEATURES_7).c & FEATURES_7_LA57);
}

static void check_memory(const struct info *info)
{
    const struct memory *m;
    uint64_t ram = 0;
    for (uint32_t n = 0; (m = tags_memory(info, n)); n++) {
        if (m->type == MEMORY_RAM) {
            ram += m->length;
        }
    }
    if (ram == 0) {
        stop("GRUB", "handed over no memory map");
    }
    if (ram < RAM_LEAST * MIB) {
        say("xo5: this machine has too little memory: ");
        say_number((uint32_t)(ram / MIB));
        say(" MiB can be used, and xo5 needs ");
        say_number(RAM_LEAST);
        say_end();
    }
}

static uint64_t table_entry(const uint64_t *t)
{
    return (uint32_t)t | PTE_P | PTE_W;
}

static unsigned slot(uint64_t va, unsigned level)
{
    return (unsigned)(va >> level_shift(level)) % TABLE_ENTRIES;
}

static void build_tables(void)
{
    /* 2 MiB at a time: there are processors without larger pages. */
    for (uint32_t i = 0; i < 4 * TABLE_ENTRIES; i++) {
        pd_low[i / TABLE_ENTRIES][i % TABLE_ENTRIES] =
            i * level_size(2) | PTE_P | PTE_W | PTE_PS;
    }
    for (uint32_t i = 0; i < 4; i++) {
        pdpt_low[i] = table_entry(pd_low[i]);
    }
    for (uint64_t at = 0; at < KERNEL_SIZE_MAX; at += level_size(2)) {
        pd_kernel[slot(KERNEL_BASE + at, 2)] =
            (handover.kernel_start + at) | PTE_P | PTE_W | PTE_PS;
    }
    pdpt_kernel[slot(KERNEL_BASE, 3)] = table_entry(pd_kernel);
    pml4[0] = table_entry(pdpt_low);
    pml4[slot(DIRECT_BASE, 4)] = table_entry(pdpt_low);
    pml4[slot(KERNEL_BASE, 4)] = table_entry(pdpt_kernel);
    /* With four levels nobody looks at this one. */
    pml5[0] = table_entry(pml4);
    pml5[slot(KERNEL_BASE, 5)] = table_entry(pml4);
}

void loader_main(uint32_t magic, const struct info *info)
{
    const struct tag_module *probe;
    uint64_t entry;

    say_init();
    if (magic != MULTIBOOT2_BOOT_MAGIC) {
        stop("the loader", "was not started by a multiboot2 boot loader");
    }
    if (tags_damaged(info)) {
        stop("GRUB's information", "is damaged: a tag has an absurd size");
    }
    find_screen(info);
    check_processor();
    check_memory(info);
    excess_check(info);
    entry = place_kernel(info, &handover);
    place_init(info, &handover);
    clock_read(&handover.books);
    pci_find(info, &handover.books);
    build_tables();
    handover.magic = HANDOVER_MAGIC;
    handover.info = (uint32_t)info;
    handover.loader_start = (uint32_t)loader_start;
    handover.loader_end = (uint32_t)loader_end;
    handover.depth = has_la57() ? 5 : 4;
    probe = tags_module(info, "probe");
    handover.probe_start = probe ? probe->start : 0;
    handover.probe_end = probe ? probe->end : 0;
    enter_kernel((uint32_t)(has_la57() ? pml5 : pml4), (uint32_t)has_la57(),
                 (uint32_t)&handover, entry);
}
