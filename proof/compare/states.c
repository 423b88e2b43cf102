/*
 * Few frames, processes and entries, so that arguments often name the same one,
 * which is where a formula and the C may differ. What a state may hold is more
 * than the invariants allow: the two must agree wherever the specification says
 * anything at all.
 */
#include "proof/compare/states.h"

#include <string.h>

#include "abi/context.h"
#include "core/frame.h"

#define ALL UINT64_MAX
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t active[] = {1, 2, 3, 4, 5, 200, 255};
static const uint16_t slots[] = {0, 1, 2, 3, 4, 5, 200, 255, 256, 511};
static struct memory blank; /* what no state changes is as it is here */
static uint64_t seed;

/* ---- random numbers ------------------------------------------------------ */

void random_seed(uint64_t number)
{
    seed = number;
}

/* SplitMix64. */
uint64_t random_word(void)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint64_t below(uint64_t limit)
{
    return (uint64_t)((unsigned __int128)random_word() * limit >> 64);
}

/* ---- things out of the few ----------------------------------------------- */

uint64_t some_frame(void)
{
    return cluster_start((unsigned)below(CLUSTERS)) + below(HOT);
}

uint64_t some_process(void)
{
    return active[below(COUNT(active))];
}

uint64_t some_entry(void)
{
    return entry_name(some_frame(), slots[below(COUNT(slots))]);
}

uint64_t some_rights(void)
{
    unsigned ceiling = RIGHT_R | (unsigned)below(16);
    unsigned now = RIGHT_R | ((unsigned)below(8) & ceiling);
    return RIGHTS(now, one_in(2) ? 15u : ceiling);
}

uint64_t some_level(void)
{
    return 1 + below(LEVEL_MAX);
}

uint64_t acceptance(uint64_t giver, unsigned kind, unsigned level,
                    uint64_t ceiling)
{
    uint64_t word = ACCEPT(giver, process_of(giver)->generation, kind, level);
    return word | ceiling << ACCEPT_CEILING_SHIFT;
}

static uint64_t some_acceptance(void)
{
    return acceptance(some_process(), 4 + (unsigned)below(4),
                      (unsigned)some_level(), one_in(2) ? 0 : below(16));
}

uint64_t some_word(void)
{
    switch (below(14)) {
    case 0:
        return 0;
    case 1:
        return below(20);
    case 2:
        return RESOURCE_NONE;
    case 3:
        return random_word();
    case 4:
    case 5:
        return some_frame();
    case 6:
    case 7:
        return some_entry();
    case 8:
        return one_in(2) ? RESOURCE_PORTS(below(18)) : RESOURCE_IRQ(below(18));
    case 9:
        return some_acceptance();
    case 10:
        return one_in(2) ? some_rights() : below(2048);
    case 11:
        return PICK(FRAMES_MAX - 1, FRAMES_MAX, ENTRIES_MAX - 1, ENTRIES_MAX,
                    ENTRIES_MAX - 512, PROCESS_MAX - 1, PROCESS_MAX, 511, 512);
    case 12:
        return random_word() >> below(64);
    default:
        return some_process();
    }
}

/* ---- records ------------------------------------------------------------- */

static uint32_t some_count(void)
{
    return (uint32_t)PICK(0, 0, 0, 1, 1, 2, 3, UINT32_MAX, UINT16_MAX,
                          random_word());
}

uint64_t link_to(uint64_t frame, unsigned kind, unsigned level, uint64_t rights)
{
    uint64_t e = frame << PAGE_SHIFT | PTE_P | PTE_U;
    e |= rights & RIGHT_W ? PTE_W : 0;
    e |= rights & RIGHT_X ? 0 : PTE_NX;
    e |= level > 1 && kind != KIND_TABLE ? PTE_PS : 0;
    e |= kind == KIND_DEVICE ? PTE_PCD | PTE_PWT : 0;
    e |= random_word() & (PTE_A | PTE_D);
    return e | (rights >> 5 & 7) << CEILING_SHIFT;
}

void random_entry(uint64_t entry)
{
    uint64_t frame = some_frame();
    const struct frame *f = frame_of(frame);
    uint64_t any[] = {0, link_to(frame, f->kind, f->level, some_rights()),
                      random_word(), some_acceptance()};
    *entry_of(entry) = any[PICK(0, 0, 1, 1, 1, 1, 2, 3)];
}

static uint16_t some_owner(void)
{
    return (uint16_t)(one_in(50) ? PICK(0, 256, random_word())
                                 : some_process());
}

void random_frame(uint64_t frame)
{
    struct frame *f = frame_of(frame);
    f->kind =
        (uint8_t)PICK(KIND_NONE, KIND_FREE, KIND_FREE, KIND_DIRTY, KIND_KERNEL,
                      KIND_MEMORY, KIND_MEMORY, KIND_MEMORY, KIND_TABLE,
                      KIND_TABLE, KIND_TABLE, KIND_TABLE, KIND_DEVICE);
    f->level = (uint8_t)(f->kind == KIND_TABLE    ? 2 + below(4)
                         : f->kind == KIND_FREE   ? 1
                         : f->kind == KIND_MEMORY ? PICK(1, 1, 1, 2, 3)
                                                  : 1 + below(3));
    f->flags = (uint8_t)PICK(0, 0, 0, 0, FRAME_GIVEN, FRAME_CONTEXT,
                             FRAME_VITAL, below(8), random_word());
    f->spare = (uint8_t)random_word();
    f->owner = some_owner();
    f->live = (uint16_t)some_count();
    f->refs = some_count();
    f->cleared = (uint32_t)PICK(0, 0, 496, 511, some_count());
}

static uint64_t some_amount(void)
{
    return PICK(0, 1, 2, 511, 512, 513, 512 * 512, below(1 << 20),
                random_word() >> below(64), random_word());
}

void random_process(uint64_t process)
{
    struct process *p = process_of(process);
    p->state = (uint8_t)PICK(PROCESS_FREE, PROCESS_LIVE, PROCESS_LIVE,
                             PROCESS_LIVE, PROCESS_DEAD, below(5));
    p->reason = (uint8_t)below(4);
    p->vector = (uint8_t)random_word();
    p->running = (uint8_t)PICK(0, 0, 1);
    p->parent = (uint16_t)(one_in(60) ? random_word() : some_process());
    p->giver = (uint16_t)(one_in(60) ? random_word() : some_process());
    p->generation = (uint32_t)(one_in(2) ? below(4) : random_word());
    p->children = (uint16_t)some_count();
    p->slots = (uint16_t)some_count();
    p->table = one_in(30) ? some_word() : some_frame();
    p->context = one_in(30) ? some_word() : some_frame();
    p->owned = some_amount();
    p->allowance = some_amount();
    p->accepts = one_in(2) ? 0 : some_acceptance();
    p->groups = (uint32_t)(random_word() & random_word() & 0xffff);
    p->vitals = (uint16_t)below(10);
    p->spare = (uint16_t)random_word();
    p->taken = random_word();
    p->lease = PICK(0, 0, 1, 2, 3, some_amount());
}

/* ---- globals ------------------------------------------------------------- */

static uint16_t some_extent(void)
{
    return (uint16_t)PICK(0, 1, 511, 511, 512, 512, 513, random_word());
}

static void random_extents(void)
{
    for (unsigned i = 0; i < CLUSTERS; i++) {
        *extent2_in(&before, cluster_start(i) >> 9) = some_extent();
        *extent3_in(&before, cluster_start(i) >> 18) = some_extent();
    }
}

static void random_group(unsigned n)
{
    struct group *g = &before.groups[n];
    g->kind = (uint16_t)(one_in(10) ? random_word() : below(3));
    g->first = (uint16_t)random_word();
    g->count = (uint16_t)random_word();
    g->holder = (uint16_t)some_process();
}

void random_globals(void)
{
    uint64_t running = some_process();
    before.depth = (uint32_t)(one_in(20) ? random_word() : 4 + below(2));
    before.page_levels = (uint32_t)(one_in(20) ? random_word() : 2 + below(2));
    before.open_groups = (uint32_t)(random_word() & random_word() & 0xffff);
    before.open_groups ^= one_in(50) ? 1u << below(32) : 0;
    before.books.directory = some_frame();
    before.cpus[0].process = running;
    before.cpus[0].loaded = some_process();
    before.cpus[0].rest = one_in(2) ? 0 : random_word();
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        random_group(n);
    }
    random_extents();
}

/* ---- states -------------------------------------------------------------- */

void states_start(void)
{
    for (unsigned i = 0; i < COUNT(blank.entries); i++) {
        blank.entries[i] = random_word();
    }
    for (unsigned i = 0; i < PAGE_EXTENTS * 2; i++) {
        blank.extents2[i] = (uint16_t)random_word();
        blank.extents3[i] = (uint16_t)random_word();
    }
    memcpy(&before, &blank, sizeof(before));
    for (unsigned i = 0; i < PROCESS_MAX; i++) {
        random_process(i);
        for (unsigned n = 0; n < COUNT(before.processes[i].pad); n++) {
            before.processes[i].pad[n] = random_word();
        }
    }
    before.processes[0] = (struct process){0};
    before.books.magic = random_word();
    before.books.frames = random_word();
    memcpy(&blank, &before, sizeof(before));
}

void random_state(void)
{
    memcpy(&before, &blank, sizeof(before));
    random_globals();
    for (unsigned i = 0; i < COUNT(active); i++) {
        random_process(active[i]);
    }
    for (unsigned i = 0; i < CLUSTERS * HOT; i++) {
        random_frame(cluster_start(i / HOT) + i % HOT);
    }
    for (unsigned i = 0; i < CLUSTERS * HOT * COUNT(slots); i++) {
        unsigned n = i / COUNT(slots);
        uint64_t frame = cluster_start(n / HOT) + n % HOT;
        random_entry(entry_name(frame, slots[i % COUNT(slots)]));
    }
}

void state_finish(void)
{
    struct frame *directory = frame_of(before.books.directory);
    if (directory && directory->kind == KIND_MEMORY) {
        directory->kind = KIND_KERNEL;
    }
}

/* ---- one field ----------------------------------------------------------- */

void change_frame(uint64_t frame)
{
    struct frame *f = frame_of(frame), old = *f;
    random_frame(frame);
    struct frame new = *f;
    *f = old;
    switch (below(9)) {
    case 0:
        f->kind = new.kind;
        break;
    case 1:
        f->level = (uint8_t)(one_in(4) ? random_word() : some_level());
        break;
    case 2:
    case 3:
    case 4:
        f->flags ^= (uint8_t)(1 << PICK(0, 0, 1, 2, below(8)));
        break;
    case 5:
        f->owner = new.owner;
        break;
    case 6:
        f->live = new.live;
        break;
    case 7:
        f->refs = new.refs;
        break;
    default:
        f->cleared = new.cleared;
    }
}

void change_process(uint64_t process)
{
    static const struct {
        size_t offset, size;
    } field[] = {
#define PART(name)                                                             \
    {offsetof(struct process, name), sizeof(((struct process *)0)->name)}
        PART(state),      PART(running),  PART(parent),  PART(giver),
        PART(generation), PART(children), PART(slots),   PART(table),
        PART(context),    PART(owned),    PART(accepts), PART(allowance),
        PART(groups),     PART(vitals),   PART(lease),   PART(taken)};
    struct process *p = process_of(process), old = *p, new;
    unsigned n = (unsigned)below(COUNT(field));
    random_process(process);
    new = *p;
    *p = old;
    memcpy((char *)p + field[n].offset, (char *)&new + field[n].offset,
           field[n].size);
}

void change_entry(uint64_t entry)
{
    uint64_t *e = entry_of(entry);
    switch (below(5)) {
    case 0:
        *e ^= PTE_P;
        break;
    case 1:
        *e ^= PICK(PTE_W, PTE_NX, PTE_PS, PTE_U, PTE_A, PTE_D);
        break;
    case 2:
        *e ^= UINT64_C(1) << (CEILING_SHIFT - 4 + below(8));
        break;
    case 3:
        *e ^= UINT64_C(1) << below(64);
        break;
    default:
        random_entry(entry);
    }
}

void change_globals(void)
{
    struct memory *m = &before;
    uint64_t directory = m->books.directory;
    switch (below(5)) {
    case 0:
        m->depth ^= 1;
        break;
    case 1:
        m->page_levels ^= 1;
        break;
    case 2:
        random_group((unsigned)below(GROUP_MAX));
        break;
    case 3:
        random_extents();
        break;
    default:
        random_globals();
        m->books.directory = one_in(2) ? directory : m->books.directory;
    }
}
