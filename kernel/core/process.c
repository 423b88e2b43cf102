/*
 * The first process. Every later one is built by its parent with the five
 * operations; init has no parent, so the kernel builds it by hand.
 */
#include "core/process.h"

#include "abi/books.h"
#include "abi/context.h"
#include "abi/exit.h"
#include "core/bootmem.h"
#include "core/elf.h"
#include "core/enter.h"
#include "core/map.h"
#include "core/observe.h"
#include "core/panic.h"
#include "core/print.h"

/* The serial port is the console group: DESIGN's "ports, fixed at boot". */
#define CONSOLE_FIRST 0x3f8
#define CONSOLE_COUNT 8

static const struct boot *boot;
static uint64_t books, init_context;

static uint64_t take_frame(void)
{
    uint64_t frame = bootmem_take();
    if (frame == BOOTMEM_NONE) {
        boot_fail("this machine", "has too little memory for init");
    }
    return frame;
}

static void map_pages(uint64_t va, uint64_t frame, uint64_t count,
                      unsigned rights)
{
    struct range range = {{va}, {frame * FRAME_SIZE}, count * FRAME_SIZE};
    enum map_error error = map_range(boot->root, range, rights, ENTRY_USER);
    if (error != MAP_OK) {
        panic_number("building init: map_range failed with map_error", error);
    }
}

static void fill_books(struct books *b)
{
    b->magic = BOOKS_MAGIC;
    b->depth = arch_depth;
    b->page_levels = arch_page_levels;
    for (uint64_t i = 0; i < boot->info.regions; i++) {
        const struct region *r = &boot->info.region[i];
        if (r->kind == REGION_RAM) {
            b->ram_frames += (r->end - r->start) / FRAME_SIZE;
        }
    }
    for (unsigned i = 0; i < BOOKS_CMDLINE; i++) {
        b->cmdline[i] = boot->info.cmdline[i];
    }
}

void process_books(struct boot *b)
{
    boot = b;
    books = take_frame();
    map_pages(BOOKS_USER, books, 1, RIGHT_R);
    fill_books((struct books *)&tables[books]);
    observe_set(OBSERVED_BOOKS, books * FRAME_SIZE);
}

static unsigned segment_rights(const struct elf_segment *s)
{
    return RIGHT_R | (s->flags & ELF_W ? RIGHT_W : 0) |
           (s->flags & ELF_X ? RIGHT_X : 0);
}

/* Copies the part of the segment's content that belongs into the page. */
static void fill_page(uint64_t frame, uint64_t page,
                      const struct elf_segment *s, const uint8_t *file)
{
    uint8_t *to = phys_bytes((paddr){frame * FRAME_SIZE});
    for (uint64_t i = 0; i < FRAME_SIZE; i++) {
        if (page + i >= s->va && page + i - s->va < s->file_size) {
            to[i] = file[s->offset + (page + i - s->va)];
        }
    }
}

static void load_segment(const struct elf_segment *s, const uint8_t *file)
{
    uint64_t end = s->va + s->size;
    for (uint64_t page = align_down(s->va, FRAME_SIZE); page < end;
         page += FRAME_SIZE) {
        uint64_t frame = take_frame();
        fill_page(frame, page, s, file);
        map_pages(page, frame, 1, segment_rights(s));
    }
}

/* Loads init's segments and returns where it starts. */
static vaddr load_init(void)
{
    static struct elf elf;
    const struct module *module = bootinfo_module(&boot->info, "init");
    if (!module) {
        boot_fail("init", "is missing: no module is called \"init\"");
    }
    const uint8_t *file = phys_bytes((paddr){module->start});
    const char *wrong = elf_read(file, module->end - module->start, INIT_LOWEST,
                                 INIT_ROOT_IMAGE, &elf);
    if (wrong) {
        boot_fail("init", wrong);
    }
    for (unsigned i = 0; i < elf.count; i++) {
        load_segment(&elf.segment[i], file);
    }
    return (vaddr){elf.entry};
}

/* Lets init read the root image where GRUB put it, without a copy. */
static void map_root_image(void)
{
    const struct module *module = bootinfo_module(&boot->info, "root");
    if (!module || module->start == module->end) {
        return;
    }
    uint64_t size = module->end - module->start;
    if (module->start % FRAME_SIZE != 0) {
        boot_fail("the root image", "does not start on a page");
    }
    for (uint64_t at = size; at % FRAME_SIZE != 0; at++) {
        *phys_bytes((paddr){module->start + at}) = 0;
    }
    map_pages(INIT_ROOT_IMAGE, module->start / FRAME_SIZE,
              align_up(size, FRAME_SIZE) / FRAME_SIZE, RIGHT_R);
    ((struct books *)&tables[books])->image_size = size;
}

/* init's top table: in the directory, for the kernel alone; in slot 0, for
 * ring 3, with W and X bounded by what is beneath. */
static void link_init(uint64_t table)
{
    entry_store(entry_name(boot->root, PROCESS_INIT_SLOT),
                entry_make(table, arch_depth, RIGHT_R, ENTRY_TABLE));
    entry_store(entry_name(boot->root, PROCESS_RUNNING_SLOT),
                entry_make(table, arch_depth, RIGHT_R | RIGHT_W | RIGHT_X,
                           ENTRY_TABLE | ENTRY_USER));
}

void process_boot(const struct boot *b)
{
    uint64_t table = take_frame();
    (void)b;
    link_init(table);
    vaddr entry = load_init();
    for (uint64_t at = 0; at < INIT_STACK_SIZE; at += FRAME_SIZE) {
        map_pages(INIT_STACK_TOP - FRAME_SIZE - at, take_frame(), 1,
                  RIGHT_R | RIGHT_W);
    }
    init_context = take_frame();
    map_pages(INIT_CONTEXT, init_context, 1, RIGHT_R | RIGHT_W);
    map_root_image();
    observe_set(OBSERVED_INIT_TABLE, table);
    observe_set(OBSERVED_INIT_CONTEXT, init_context);
    observe_stage(boot, STAGE_BUILT);
    arch_ring3_init();
    arch_ports_give(CONSOLE_FIRST, CONSOLE_COUNT);
    enter_first(entry, (vaddr){INIT_STACK_TOP});
}

void process_end(const char *what, uint64_t rip)
{
    const volatile struct context *context =
        (const volatile struct context *)&tables[init_context];
    observe_stage(boot, STAGE_BOOTED);
    if (context->ended == CONTEXT_ENDED) {
        uint64_t status = context->status;
        arch_stop(EXIT_BASE + (unsigned)(status < EXIT_STATUS_MAX
                                             ? status
                                             : EXIT_STATUS_MAX));
    }
    print("xo5: init %s at 0x%lx.\n", what, rip);
    arch_stop(EXIT_INIT);
}
