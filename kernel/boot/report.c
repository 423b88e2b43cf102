/*
 * What the kernel says about the machine while it boots. The list of its own
 * mappings is read back from the tables, by the same walk that everything else
 * uses: it shows what is there, and not what was meant. Pages that follow each
 * other are one line.
 */
#include "boot/report.h"

#include "boot/bootmem.h"
#include "boot/walk.h"
#include "lib/print.h"

#define LINES_MAX 64 /* a table that holds nonsense shall not flood us */

static const char *const page_names[] = {"", "4 KiB", "2 MiB", "1 GiB"};

/* Pages that follow each other, with equal size and rights. */
struct run {
    uint64_t va, size;
    unsigned level, rights;
};

void report_machine(const struct boot *boot)
{
    const struct bootinfo *info = &boot->info;
    uint64_t ram = 0;
    for (uint64_t end, at = 0; bootmem_ram(&at, &end); at = end) {
        ram += end - at;
    }
    print("xo5: %u levels of tables, pages up to %s\n", arch_depth,
          page_names[arch_page_levels]);
    print("xo5: %lu MiB of RAM, the kernel at 0x%lx\n", ram / MIB,
          boot->image.start.v);
    for (uint64_t i = 0; i < info->modules; i++) {
        print("xo5: module %s, %lu KiB\n", info->module[i].name,
              (info->module[i].end - info->module[i].start) / KIB);
    }
}

/* Prints the run, unless it is empty. Returns how many lines that made. */
static unsigned print_run(const struct run *run)
{
    uint64_t unit = run->size % MIB ? KIB : MIB;
    if (run->size == 0) {
        return 0;
    }
    print("  %016lx %8lu %s  %s  %c%c%c\n", run->va, run->size / unit,
          unit == MIB ? "MiB" : "KiB", page_names[run->level],
          run->rights & RIGHT_R ? 'r' : '-', run->rights & RIGHT_W ? 'w' : '-',
          run->rights & RIGHT_X ? 'x' : '-');
    return 1;
}

void report_mappings(uint64_t root)
{
    struct run run = {0};
    unsigned lines = 0;
    vaddr va = {DIRECT_BASE};
    print("xo5: the kernel's own mappings\n");
    while (va.v >= DIRECT_BASE && lines < LINES_MAX) {
        struct mapping found = {.level = 0};
        if (va.v >= BOOKS_BASE && va.v < KERNEL_BASE) {
            va.v = KERNEL_BASE; /* the books: zeros without end in them */
        }
        struct walk at = walk_find(root, va, 1);
        bool there = walk_translate(root, va, &found);
        if (at.entry == WALK_NONE) {
            break;
        }
        if (va.v != run.va + run.size || run.level != found.level ||
            run.rights != found.rights) {
            lines += print_run(&run);
            run = (struct run){va.v, 0, found.level, found.rights};
        }
        run.size += there ? level_size(found.level) : 0;
        /* To the end of what that entry maps, or would: empty gigabytes take
         * one step. */
        va.v = align_down(va.v, level_size(at.level)) + level_size(at.level);
    }
    print_run(&run);
}

extern const char operations_said[]; /* proof/proof.mk writes it */

void report_operations(void)
{
    print("xo5: %s\n", operations_said);
}
