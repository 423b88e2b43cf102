/*
 * The machine beneath the operations: what is assembly or a device in the
 * kernel is a few lines here, and each remembers that it was called, because
 * that a flush came, and when, is part of what is checked. The memory is as
 * small as it can be with something of every kind in it, so that all states
 * within a few calls can be visited.
 */
#include "proof/search/host.h"

#include <string.h>

#include "core/frame.h"
#include "core/group.h"
#include "core/link.h"
#include "core/notice.h"

struct books books;
struct process processes[PROCESS_MAX];
struct group groups[GROUP_MAX];
uint16_t extents2[EXTENTS2];
uint16_t extents3[EXTENTS3];
struct frame frames[FRAMES_MAX];
pte entries[ENTRY_COUNT];
extern pte tables[FRAMES_MAX][TABLE_ENTRIES] __attribute__((alias("entries")));

unsigned arch_depth = SMALL_DEPTH;
unsigned arch_page_levels = SMALL_PAGE_LEVELS;

struct heard heard;

static uint32_t open_ports; /* bit n: those of group n; GROUP_MAX: others */
static bool ports_used;

_Static_assert(sizeof(struct context) <= TABLE_ENTRIES * sizeof(pte),
               "a context fits a frame");
_Static_assert(PROCESS_MAX <= TABLE_ENTRIES, "the directory is one table");

/* ---- the processor, as small/arch/arch.h declares it --------------------- */

void arch_flush(void)
{
    if (heard.flushes < FLUSHES_KEPT) {
        struct flushed *f = &heard.flushed[heard.flushes];
        memcpy(f->frames, frames, sizeof(f->frames));
        memcpy(f->entries, entries, sizeof(f->entries));
    }
    heard.flushes++;
}

void frame_clear(uint64_t frame)
{
    memset(tables[frame], 0, sizeof(tables[frame]));
}

void arch_ports_set(unsigned first, unsigned count, bool open)
{
    const struct group *g = &groups[GROUP_OF_PORTS];
    bool known = g->first == first && g->count == count;
    uint32_t bit = 1u << (known ? GROUP_OF_PORTS : GROUP_MAX);
    open_ports = open ? open_ports | bit : open_ports & ~bit;
}

void arch_ports_use(bool any)
{
    ports_used = any;
}

void arch_switch_ask(void)
{
    heard.switch_asked = true;
}

void arch_state_reset(uint64_t process)
{
    heard.reset |= 1u << process;
}

void arch_irq_mask(unsigned line)
{
    heard.masked |= 1u << line;
}

void arch_irq_unmask(unsigned line)
{
    heard.unmasked |= 1u << line;
}

void arch_irq_end(unsigned line)
{
    (void)line;
}

/* ---- boot ---------------------------------------------------------------- */

static void put(uint64_t frame, unsigned kind, unsigned level, unsigned owner)
{
    frames[frame].kind = (uint8_t)kind;
    frames[frame].level = (uint8_t)level;
    frames[frame].owner = (uint16_t)owner;
}

static void count_extents(void)
{
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        extents2[f / TABLE_ENTRIES] = (uint16_t)(extents2[f / TABLE_ENTRIES] +
                                                 (frames[f].kind == KIND_FREE));
    }
    for (uint64_t e = 0; e < EXTENTS2; e++) {
        extents3[e / TABLE_ENTRIES] =
            (uint16_t)(extents3[e / TABLE_ENTRIES] +
                       (extents2[e] == TABLE_ENTRIES));
    }
}

/* init has everything, as boot/init.c gives it: FREE frames are what was
 * dirty and is clean now. */
static void give_machine(void)
{
    struct process *init = &processes[SLOT_INIT];
    uint64_t directory = FRAME_DIRECTORY * TABLE_ENTRIES;
    uint64_t top = (uint64_t)FRAME_TOP << PAGE_SHIFT;
    put(FRAME_TOP, KIND_TABLE, SMALL_DEPTH, SLOT_INIT);
    put(FRAME_CONTEXT_1, KIND_MEMORY, 1, SLOT_INIT);
    frames[FRAME_TOP].refs = 2;
    frames[FRAME_CONTEXT_1].refs = 1;
    frames[FRAME_CONTEXT_1].flags = FRAME_CONTEXT;
    entries[directory].bits = top | PTE_P | PTE_W | PTE_U;
    entries[directory + SLOT_INIT].bits = top | PTE_P | PTE_NX;
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        init->owned += frames[f].owner == SLOT_INIT;
        init->allowance += frames[f].kind == KIND_FREE;
        init->allowance +=
            frames[f].kind == KIND_DIRTY ? level_frames(frames[f].level) : 0;
    }
    init->state = PROCESS_LIVE;
    init->generation = 1;
    init->running = 1;
    init->slots = PROCESS_MAX - 1; /* one more than it can use: to adopt */
    init->table = FRAME_TOP;
    init->context = FRAME_CONTEXT_1;
    init->groups = 1u << GROUP_OF_PORTS | 1u << GROUP_OF_IRQ;
    cpus[0].process = cpus[0].loaded = SLOT_INIT;
}

void host_boot(void)
{
    memset(frames, 0, sizeof(frames));
    memset(processes, 0, sizeof(processes));
    memset(extents2, 0, sizeof(extents2));
    memset(extents3, 0, sizeof(extents3));
    memset(entries, 0, sizeof(entries));
    memset(cpus, 0, sizeof(cpus));
    books.depth = SMALL_DEPTH;
    books.page_levels = SMALL_PAGE_LEVELS;
    books.directory = FRAME_DIRECTORY;
    groups[GROUP_OF_PORTS] = (struct group){GROUP_PORTS, 0x60, 1, 0};
    groups[GROUP_OF_IRQ] = (struct group){GROUP_IRQ, IRQ_LINE, 1, SLOT_INIT};
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        put(f, KIND_FREE, 1, 0);
    }
    put(FRAME_DIRECTORY, KIND_KERNEL, 1, 0);
    put(1, KIND_DEVICE, 1, SLOT_INIT);
    put(FRAME_CONTEXT_1 + 1, KIND_NONE, 0, 0);
    put(FRAMES_MAX - level_frames(SMALL_DIRTY), KIND_DIRTY, SMALL_DIRTY, 0);
    give_machine();
    count_extents();
    host_fill();
    host_between();
    host_leave();
}

void host_fill(void)
{
    for (uint64_t e = 0; e < ENTRY_COUNT; e++) {
        unsigned kind = frames[e / TABLE_ENTRIES].kind;
        if (host_is_upper(e) || kind == KIND_NONE || kind == KIND_DEVICE) {
            entries[e].bits = host_sentinel(e);
        }
    }
}

/* ---- the state ----------------------------------------------------------- */

void host_save(struct snapshot *image)
{
    memcpy(image->frames, frames, sizeof(frames));
    memcpy(image->processes, processes, sizeof(processes));
    memcpy(image->groups, groups, sizeof(groups));
    memcpy(image->cpus, cpus, sizeof(cpus));
    memcpy(image->extents2, extents2, sizeof(extents2));
    memcpy(image->extents3, extents3, sizeof(extents3));
    memcpy(image->entries, entries, sizeof(entries));
}

void host_load(const struct snapshot *image)
{
    memcpy(frames, image->frames, sizeof(frames));
    memcpy(processes, image->processes, sizeof(processes));
    memcpy(groups, image->groups, sizeof(groups));
    memcpy(cpus, image->cpus, sizeof(cpus));
    memcpy(extents2, image->extents2, sizeof(extents2));
    memcpy(extents3, image->extents3, sizeof(extents3));
    memcpy(entries, image->entries, sizeof(entries));
}

bool host_same(const struct snapshot *image)
{
    return memcmp(frames, image->frames, sizeof(frames)) == 0 &&
           memcmp(entries, image->entries, sizeof(entries)) == 0 &&
           memcmp(processes, image->processes, sizeof(processes)) == 0 &&
           memcmp(groups, image->groups, sizeof(groups)) == 0 &&
           memcmp(cpus, image->cpus, sizeof(cpus)) == 0 &&
           memcmp(extents2, image->extents2, sizeof(extents2)) == 0 &&
           memcmp(extents3, image->extents3, sizeof(extents3)) == 0;
}

void host_listen(void)
{
    heard.flushes = 0;
    heard.reset = heard.masked = heard.unmasked = 0;
    heard.switch_asked = false;
}

bool host_silent(void)
{
    return heard.flushes == 0 && heard.reset == 0 && heard.masked == 0 &&
           heard.unmasked == 0 && !heard.switch_asked;
}

void host_leave(void)
{
    if (cpus[0].loaded != cpus[0].process) {
        cpus[0].loaded = cpus[0].process;
    }
    group_load(cpus[0].loaded);
}

void host_rested(void)
{
    cpus[0].rest = 0;
}

bool host_ports_right(void)
{
    uint32_t has = processes[cpus[0].process].groups;
    uint32_t ports = has & 1u << GROUP_OF_PORTS;
    return has == 0 ? !ports_used : ports_used && open_ports == ports;
}

/* ---- between two operations ---------------------------------------------- */

uint64_t host_forged(uint64_t entry)
{
    uint64_t frame = (uint64_t)FRAME_CONTEXT_1 << PAGE_SHIFT;
    return entry % 2 == 0 ? frame | PTE_P | PTE_W | PTE_U | CEILING_BITS
                          : ACCEPT(2, 1, KIND_MEMORY, 1) |
                                UINT64_C(15) << ACCEPT_CEILING_SHIFT;
}

uint64_t host_sentinel(uint64_t entry)
{
    return UINT64_C(0x5e9710e100000000) + entry;
}

static void use_unit(uint64_t frame)
{
    const struct frame *f = &frames[frame];
    if (f->kind != KIND_DIRTY && f->kind != KIND_MEMORY) {
        return;
    }
    uint64_t first = f->kind == KIND_DIRTY ? f->cleared : 0;
    uint64_t end = frame + level_frames(f->level);
    for (uint64_t e = (frame + first) * TABLE_ENTRIES;
         e < end * TABLE_ENTRIES && e < ENTRY_COUNT; e++) {
        entries[e].bits = host_forged(e);
    }
}

static void use_table(uint64_t frame, uint64_t count)
{
    for (uint64_t e = frame * TABLE_ENTRIES; e < frame * TABLE_ENTRIES + count;
         e++) {
        if (entries[e].bits & PTE_P) {
            entries[e].bits |= PTE_A | PTE_D;
        }
    }
}

void host_between(void)
{
    use_table(FRAME_DIRECTORY, PROCESS_MAX);
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        if (frames[f].kind == KIND_TABLE) {
            use_table(f, TABLE_ENTRIES);
        } else {
            use_unit(f);
        }
    }
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        processes[p].reason = USUAL_REASON;
        processes[p].vector = USUAL_VECTOR;
        processes[p].taken = USUAL_TAKEN;
    }
}
