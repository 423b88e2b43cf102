/*
 * The contracts of what builds the first process: the books (boot/books.h),
 * init itself (boot/init.h), and the ways in and out of ring 3 that come with
 * it. init_boot does not come back: what it leaves is checked when it tells a
 * grader that init is built.
 */
#include "arch/cpu.h"
#include "boot/books.h"
#include "boot/bootmem.h"
#include "boot/init.h"
#include "boot/map.h"
#include "contracts/contract.h"
#include "core/cpu.h"
#include "core/link.h"
#include "core/notice.h"
#include "ring3/lock.h"

struct canary canary;

#define CANARY_AT (DEVICE_BASE + DEVICE_SIZE - 2 * FRAME_SIZE)

/* The record of a frame is behind both addresses of the books. */
static void check_record(uint64_t root, uint64_t frame)
{
    uint64_t at = BOOKS_FRAMES + frame * sizeof(struct frame);
    struct mapping ours = {.level = 0}, theirs = {.level = 0};
    ASSERT(walk_translate(root, (vaddr){BOOKS_BASE + at}, &ours) &&
               walk_translate(root, (vaddr){BOOKS_USER + at}, &theirs) &&
               ours.pa.v == theirs.pa.v,
           "books_map: behind BOOKS_BASE and BOOKS_USER");
    ASSERT(ours.rights == (RIGHT_R | RIGHT_W) && !ours.user,
           "invariant 8: books_map: the kernel's are no ring 3's");
    ASSERT(theirs.rights == RIGHT_R && theirs.user,
           "books_map: everyone may read, and only that");
}

/* A page of which the processor remembers where it leads (contracts/flush.c).
 */
static void make_canary(uint64_t root)
{
    struct range range = {{CANARY_AT}, {0}, FRAME_SIZE};
    for (unsigned i = 0; i < ARRAY_COUNT(canary.frame); i++) {
        canary.frame[i] = bootmem_need("has too little memory for CHECK");
        tables[canary.frame[i]][0].bits = i;
    }
    range.pa.v = canary.frame[0] * FRAME_SIZE;
    ASSERT(map_range(root, range, RIGHT_R, 0) == MAP_OK,
           "books_map: the last pages for devices are free");
    canary.entry = walk_find(root, range.va, 1).entry;
    canary.at = (const volatile uint64_t *)CANARY_AT;
}

CONTRACT(void, books_map, struct boot *boot)
{
    uint64_t start = 0, end;
    __real_books_map(boot);
    for (; bootmem_ram(&start, &end); start = end) {
        check_record(boot->root, start / FRAME_SIZE);
        check_record(boot->root, (end - 1) / FRAME_SIZE);
    }
    for (uint64_t i = 0; i < boot->handover.books.devices; i++) {
        check_record(boot->root, boot->handover.books.device[i].start);
    }
    if (!canary.at) {
        make_canary(boot->root);
    }
}

CONTRACT(void, init_boot, struct boot *boot)
{
    ASSERT(arch_root() == boot->root, "init_boot: on the kernel's own tables");
    ASSERT(!(arch_flags() & FLAG_IF), "init_boot: interrupts are off");
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        ASSERT(processes[p].state == PROCESS_FREE,
               "init_boot: the first process");
    }
    __real_init_boot(boot);
}

/* That address of init's, and what it leads to. */
static struct mapping at_init(uint64_t va)
{
    struct mapping m = {.level = 0};
    ASSERT(walk_translate(books.directory, (vaddr){va}, &m) && m.user,
           "init_boot: its stack, its context and its program are there");
    return m;
}

CONTRACT(void, probe_ready, struct boot *boot)
{
    const struct process *p = &processes[SLOT_INIT];
    ASSERT(books.magic == BOOKS_MAGIC && books.directory == boot->root,
           "init_boot: the books are filled in");
    ASSERT(p->state == PROCESS_LIVE && p->running && p->parent == 0 &&
               cpu_process() == SLOT_INIT,
           "invariant 12: init_boot: init lives, and runs");
    ASSERT(p->slots == PROCESS_MAX - 2, "init_boot: all slots are init's");
    ASSERT(at_init(INIT_CONTEXT).pa.v == p->context * FRAME_SIZE,
           "init_boot: its context is where it looks for it");
    ASSERT(at_init(INIT_STACK_TOP - 1).rights == (RIGHT_R | RIGHT_W),
           "invariant 6: init_boot: nobody runs its stack");
    ASSERT(at_init(context_of(SLOT_INIT)->cpu.rip).rights & RIGHT_X,
           "init_boot: it starts in its program");
    for (uint64_t i = 0; i < books.devices; i++) {
        unsigned kind = frames[books.device[i].start].kind;
        ASSERT(kind != KIND_NONE && kind != KIND_FREE,
               "init_boot: a device's frames are init's, or taken");
    }
    __real_probe_ready(boot);
}

/* ---- ring 3 -------------------------------------------------------------- */

static void check_ring3(const struct trap_frame *frame)
{
    ASSERT((frame->cs & RING3) == RING3 && (frame->ss & RING3) == RING3,
           "invariant 4: from and to ring 3");
    ASSERT(!(arch_flags() & FLAG_IF), "the kernel: interrupts are off");
    ASSERT(!lock_is_held(), "lock_take, lock_drop: in ring 3 nobody holds it");
}

CONTRACT(void, trap_from_ring3, struct trap_frame *frame)
{
    check_ring3(frame);
    __real_trap_from_ring3(frame);
    check_ring3(frame);
    ASSERT(arch_is_canonical(frame->rip),
           "trap_from_ring3: the way back faults not here");
}

CONTRACT(void, foreign_call, struct trap_frame *frame)
{
    check_ring3(frame);
    __real_foreign_call(frame);
    check_ring3(frame);
}

CONTRACT(void, arch_enter, const struct trap_frame *frame)
{
    check_ring3(frame);
    ASSERT(frame->rip < arch_user_limit && (frame->rflags & FLAG_IF),
           "arch_enter: to ring 3, with interrupts on");
    __real_arch_enter(frame);
}

CONTRACT(void, arch_context_set, volatile struct context *context)
{
    ASSERT(context == context_of(cpu_process()),
           "arch_context_set: the context of the process that runs");
    __real_arch_context_set(context);
}

CONTRACT(void, arch_ports_set, unsigned first, unsigned count, bool open)
{
    ASSERT(first < PORTS_LIMIT && count <= PORTS_LIMIT - first,
           "arch_ports_set: below 0x800");
    __real_arch_ports_set(first, count, open);
}
