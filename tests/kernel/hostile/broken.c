/*
 * A contract broken in each of the kernel's rooms, for tests of what notices:
 * `break=NAME` on the boot command line. Linked into a hostile build
 * (CHECK=n) as its harness.
 */
#include "boot/books.h"
#include "boot/bootmem.h"
#include "boot/init.h"
#include "boot/kmap.h"
#include "boot/map.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "core/frame.h"
#include "core/group.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/tables.h"
#include "lib/print.h"
#include "ops/operations.h"
#include "ring3/enter.h"
#include "ring3/lock.h"

static struct boot *booted;
static const uint64_t none[5];

static void keep(void)
{
    bootmem_keep(0x1000000, 0x1001000, "too late");
}

static void range(void)
{
    struct range r = {{0x400000}, {0x400000}, FRAME_SIZE};
    map_range(books.directory, r, RIGHT_R, ENTRY_TABLE);
}

static void level(void)
{
    entry_make(0, LEVEL_MAX + 1, RIGHT_R, ENTRY_TABLE);
}

static void rights(void)
{
    link_make(0x1000, KIND_MEMORY, 1, RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R));
}

static void drop(void)
{
    frame_drop(processes[SLOT_INIT].context);
}

static void unref(void)
{
    frames[processes[SLOT_INIT].context].refs = 0;
    process_unref(processes[SLOT_INIT].context);
}

static void quota(void)
{
    quota_take(SLOT_INIT, processes[SLOT_INIT].allowance + 1);
}

static void back(void)
{
    cpu_back(REASON_SWAP);
}

static void stranger(void)
{
    op_alloc(PROCESS_MAX - 1, 0, 1, KIND_FREE, 0);
}

static void nobody(void)
{
    cpus[0].process = PROCESS_MAX - 1;
    enter_operation(none, 0);
}

/* Of the debug room: it is looked at after the next operation. */
static void miscount(void)
{
    frames[books.image_frame].refs++;
    enter_operation(none, 1);
}

/* ---- functions that do nothing ------------------------------------------- */

/* From now on `function` returns 0 at once: its first bytes are others. */
static void make_idle(void (*function)(void))
{
    static const uint8_t idle[] = {0x31, 0xc0, 0xc3}; /* xor eax, eax; ret */
    uint64_t at = (uint64_t)function;
    struct walk w = walk_find(books.directory, (vaddr){at}, 1);
    entry_store(w.entry, (pte){entry_load(w.entry).bits | PTE_W});
    arch_flush();
    for (unsigned i = 0; i < sizeof(idle); i++) {
        ((uint8_t *)at)[i] = idle[i];
    }
}

#define IDLE(function) make_idle((void (*)(void))function)

/* The functions themselves: a name alone leads to its contract. (Not in the
 * file that defines it.) */
void __real_flush_change(pte, pte);
void __real_group_load(uint64_t);
void __real_kmap_build(void);
void __real_books_map(void);
void __wrap_probe_ready(struct boot *boot);

/* An entry has lost its page, and nobody tells the processor. */
static void stale(void)
{
    IDLE(__real_flush_change);
    flush_change((pte){PTE_P | PTE_W}, (pte){0});
}

static void writable(void)
{
    IDLE(__real_flush_change);
    flush_change((pte){PTE_P | PTE_W}, (pte){PTE_P});
}

static void ports(void)
{
    IDLE(__real_group_load);
    group_load(SLOT_INIT);
}

static void unmapped(void)
{
    IDLE(__real_kmap_build);
    kmap_build(processes[SLOT_INIT].table, &booted->image, &booted->info);
}

static void bookless(void)
{
    struct boot other = *booted;
    IDLE(__real_books_map);
    other.root = processes[SLOT_INIT].table;
    books_map(&other);
}

static void device(void)
{
    boot_map_device(booted, DEVICE_BASE, booted->image.start.v, FRAME_SIZE);
}

static void twice(void)
{
    lock_take();
    lock_take();
}

static void dropped(void)
{
    lock_drop();
}

static void dead(void)
{
    processes[SLOT_INIT].state = PROCESS_DEAD;
    __wrap_probe_ready(booted);
}

static void line(void)
{
    group_interrupt(IRQ_LINES);
}

static const struct {
    const char *name;
    void (*run)(void);
} breaks[] = {
    {"keep", keep},         {"range", range},       {"level", level},
    {"rights", rights},     {"drop", drop},         {"unref", unref},
    {"quota", quota},       {"back", back},         {"stranger", stranger},
    {"nobody", nobody},     {"miscount", miscount}, {"stale", stale},
    {"writable", writable}, {"ports", ports},       {"unmapped", unmapped},
    {"bookless", bookless}, {"device", device},     {"twice", twice},
    {"dropped", dropped},   {"dead", dead},         {"line", line},
};

/* What follows `break=` at `at`, up to a blank, is that name. */
static bool is_asked(const char *at, const char *name)
{
    const char *key = "break=";
    while (*key && *at == *key) {
        at++;
        key++;
    }
    while (*key == 0 && *name && *at == *name) {
        at++;
        name++;
    }
    return *key == 0 && *name == 0 && (*at == 0 || *at == ' ');
}

void probe_ready(struct boot *boot)
{
    booted = boot;
    for (const char *at = books.cmdline; *at; at++) {
        for (unsigned i = 0; i < ARRAY_COUNT(breaks); i++) {
            if (is_asked(at, breaks[i].name)) {
                print("breaks: %s\n", breaks[i].name);
                breaks[i].run();
            }
        }
    }
}
