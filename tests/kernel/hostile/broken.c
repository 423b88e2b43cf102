/*
 * A contract broken in each of the kernel's rooms, for tests of what notices:
 * `break=NAME` on the boot command line. Linked into a hostile build
 * (CHECK=n) as its harness.
 */
#include "boot/bootmem.h"
#include "boot/init.h"
#include "boot/map.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/tables.h"
#include "lib/print.h"
#include "ops/operations.h"
#include "ring3/enter.h"

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

static const struct {
    const char *name;
    void (*run)(void);
} breaks[] = {
    {"keep", keep},     {"range", range},       {"level", level},
    {"rights", rights}, {"drop", drop},         {"unref", unref},
    {"quota", quota},   {"back", back},         {"stranger", stranger},
    {"nobody", nobody}, {"miscount", miscount},
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
    (void)boot;
    for (const char *at = books.cmdline; *at; at++) {
        for (unsigned i = 0; i < ARRAY_COUNT(breaks); i++) {
            if (is_asked(at, breaks[i].name)) {
                print("breaks: %s\n", breaks[i].name);
                breaks[i].run();
            }
        }
    }
}
