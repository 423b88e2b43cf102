/*
 * init has no parent that could build it with the five operations. So boot
 * does by hand what a parent would do: an address space, a context, and then
 * the records, in which everything that is not the kernel's is init's.
 *
 * The order matters twice. The tables are built before the records are made,
 * since frames are taken by boot's counting until then; and the records are
 * made before anything is given to init, since that is what they say. From
 * here on only the operations change them.
 */
#include "boot/init.h"

#include "abi/context.h"
#include "abi/exit.h"
#include "boot/bootmem.h"
#include "boot/map.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/group.h"
#include "core/link.h"
#include "core/notice.h"
#include "debug/check.h"
#include "lib/observe.h"
#include "lib/panic.h"
#include "lib/print.h"
#include "ring3/enter.h"

static struct trap_frame first_frame; /* what it starts with */
static struct boot *booted;           /* what boot found out */

#define NO_MEMORY "has too little memory for init"

static void map_page(uint64_t va, uint64_t frame, unsigned rights)
{
    struct range range = {{va}, {frame * FRAME_SIZE}, FRAME_SIZE};
    enum map_error error = map_range(booted->root, range, rights, ENTRY_USER);
    if (error != MAP_OK) {
        panic_number("building init: map_range failed with map_error", error);
    }
}

/* Maps what the loader laid out: init's program, and the root image where GRUB
 * put it, without a copy. */
static void map_parts(void)
{
    for (unsigned i = 0; i < HANDOVER_PARTS; i++) {
        const struct handover_part *part = &booted->handover.part[i];
        for (uint64_t at = 0; at < part->size; at += FRAME_SIZE) {
            map_page(part->va + at, (part->start + at) / FRAME_SIZE,
                     (unsigned)part->rights);
        }
    }
}

/* init's address space, and its context with the registers it starts with. */
static void build(uint64_t table, uint64_t context)
{
    volatile struct context *c = (volatile struct context *)&tables[context];
    entry_store(
        entry_name(booted->root, SLOT_RUNNING),
        entry_make(table, arch_depth, RIGHTS_RWX, ENTRY_TABLE | ENTRY_USER));
    c->cpu.rip = booted->handover.init_entry;
    c->cpu.rsp = INIT_STACK_TOP;
    for (uint64_t at = 0; at < INIT_STACK_SIZE; at += FRAME_SIZE) {
        map_page(INIT_STACK_TOP - FRAME_SIZE - at, bootmem_need(NO_MEMORY),
                 RIGHT_R | RIGHT_W);
    }
    map_page(INIT_CONTEXT, context, RIGHT_R | RIGHT_W);
    map_parts();
}

/* ---- the records ------------------------------------------------------- */

/* Boot's frames that nobody needs any more: the loader's, the modules' (the
 * root image is init's), GRUB's information. */
static void drop_busy(void)
{
    const struct busy *b;
    for (unsigned n = 0; (b = bootmem_busy(n)); n++) {
        for (uint64_t f = b->start / FRAME_SIZE;
             b->start != booted->image.start.v && f < b->end / FRAME_SIZE;
             f++) {
            if (frames[f].kind == KIND_KERNEL) {
                frames[f].kind = KIND_DIRTY;
            }
        }
    }
}

/* Records of all frames; all that boot took is still the kernel's. */
static void make_records(void)
{
    /* All below is kept, because boot counted upwards: init's own pages too,
     * which give_tree makes its own below. */
    struct span kept = {0, bootmem_next() * FRAME_SIZE};
    struct span image = {booted->image.start.v, booted->image.end.v};
    struct span both[] = {kept, image};
    frame_boot(&booted->info, both, ARRAY_COUNT(both));
    drop_busy();
}

/* Makes what the entry holds a resource of init's, of one frame. */
static void give_entry(uint64_t entry, unsigned level)
{
    pte e = entry_load(entry);
    uint64_t frame = entry_frame(e, level);
    bool page = entry_is_page(e, level);
    frames[frame].kind = page ? KIND_MEMORY : KIND_TABLE;
    frames[frame].level = (uint8_t)level;
    frames[frame].owner = SLOT_INIT;
    /* As `attach` would have counted it. */
    frames[frame].refs++;
    unsigned rights = entry_rights(e);
    entry_store(entry, link_with(e, RIGHTS(rights, RIGHTS_RWX | RIGHT_SHARE)));
}

/* The same for all that the table holds; counts its live entries. Returns how
 * many frames that are. */
static uint64_t give_tree(uint64_t table, unsigned level)
{
    uint64_t cost = 0;
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t entry = entry_name(table, i);
        pte e = entry_load(entry);
        if (!entry_rights(e)) {
            continue;
        }
        give_entry(entry, level);
        cost++;
        frames[table].live++;
        if (!entry_is_page(e, level)) {
            cost += give_tree(entry_frame(e, level), level - 1);
        }
    }
    return cost;
}

/* Makes the frames of device memory init's: KIND_DEVICE of level 1. A frame
 * that is something else already stays that, whatever a device's register
 * claims: the memory map says RAM, or the kernel has it. */
static void give_devices(void)
{
    for (uint64_t i = 0; i < books.devices; i++) {
        for (uint64_t f = books.device[i].start; f < books.device[i].end; f++) {
            if (frames[f].kind == KIND_NONE) {
                frames[f] = (struct frame){
                    .kind = KIND_DEVICE, .level = 1, .owner = SLOT_INIT};
                processes[SLOT_INIT].owned++;
            }
        }
    }
}

static void fill_books(void)
{
    books = booted->handover.books; /* what the loader knows of them */
    books.magic = BOOKS_MAGIC;
    books.depth = arch_depth;
    books.page_levels = arch_page_levels;
    books.directory = booted->root;
    for (uint64_t end, at = 0; bootmem_ram(&at, &end); at = end) {
        books.ram_frames += (end - at) / FRAME_SIZE;
        books.frames = end / FRAME_SIZE;
    }
    arch_copy(books.cmdline, booted->info.cmdline, BOOKS_CMDLINE / 8);
}

/* What init may come to own. Only RAM is looked at: a device may lie where it
 * would take minutes to count to. */
static uint64_t count_dirty(void)
{
    uint64_t dirty = 0, end;
    for (uint64_t start = 0; bootmem_ram(&start, &end); start = end) {
        for (uint64_t f = start / FRAME_SIZE;
             f < end / FRAME_SIZE && f < FRAMES_MAX; f++) {
            dirty += frames[f].kind == KIND_DIRTY;
        }
    }
    return dirty;
}

/* init's record: it has everything, and a CPU. */
static void give_machine(uint64_t table, uint64_t context)
{
    struct process *p = &processes[SLOT_INIT];
    frames[table].kind = KIND_TABLE;
    frames[table].level = (uint8_t)arch_depth;
    frames[table].owner = SLOT_INIT;
    frames[table].refs = 2; /* the directory's entry and slot 0 */
    /* By walking what was built, and not by a list kept on the way: the books
     * say what the tables say. */
    p->owned += 1 + give_tree(table, arch_depth - 1);
    frames[context].refs++;
    frames[context].flags = FRAME_CONTEXT;
    p->allowance = count_dirty();
    p->state = PROCESS_LIVE;
    p->generation = 1;
    p->running = 1;
    p->slots = PROCESS_MAX - 2;
    p->table = table;
    p->context = context;
    cpus[arch_cpu()].process = SLOT_INIT;
    cpus[arch_cpu()].loaded = SLOT_INIT;
    entry_store(entry_name(booted->root, SLOT_INIT),
                entry_make(table, arch_depth, RIGHT_R, ENTRY_TABLE));
}

static void start(void)
{
    arch_state_reset(SLOT_INIT);
    arch_state_load(SLOT_INIT);
    arch_context_set(context_of(SLOT_INIT));
    group_load(SLOT_INIT);
    if (!enter_load(SLOT_INIT, &first_frame)) {
        panic("enter_load refuses init's first registers");
    }
    arch_enter(&first_frame);
}

/* The interrupt controllers, from here on ours. */
static void start_interrupts(void)
{
    uint64_t local = arch_irq_local(), va = DEVICE_BASE + DEVICE_SIZE;
    arch_irq_init(
        local ? boot_map_device(booted, va - FRAME_SIZE, local, FRAME_SIZE)
              : 0);
    if (!arch_timer_init()) {
        boot_fail("the processor", "has no timer: its local APIC is missing, "
                                   "switched off, or stands still");
    }
}

void init_boot(struct boot *boot)
{
    booted = boot;
    if (boot->handover.init_entry == 0) {
        boot_fail("init", "is missing: no module is called \"init\"");
    }
    uint64_t table = bootmem_need(NO_MEMORY), context = bootmem_need(NO_MEMORY);
    fill_books();
    build(table, context);
    start_interrupts();
    make_records();
    give_devices();
    group_boot();
    give_machine(table, context);
    observe_set(OBSERVED_INIT_TABLE, table);
    observe_set(OBSERVED_INIT_CONTEXT, context);
    check_boot();
    boot_stage(boot, STAGE_BUILT);
    probe_ready(boot);
    arch_ring3_init();
    start();
}
