/*
 * libFuzzer's way into the operations: bytes become calls, by any process,
 * on a small machine (proof/search/machine.h, `crowd`). Each is checked as
 * the exhaustive search checks its own: what it answers and changes is what
 * the specification says, and every invariant holds (proof/search/step.h).
 */
#include <stdio.h>
#include <string.h>

#include "proof/search/broke.h"
#include "proof/search/scenes.h"
#include "proof/search/step.h"

#define CALLS_MAX 128
#define SCENES_MAX 4
#define NOWHERE UINT64_MAX /* no frame, no entry */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct call made[CALLS_MAX];
static unsigned count;
static const struct scene *scene;

static struct snapshot snapshot;
static struct world world;

static const uint8_t *input;
static size_t left;

void broke_trace(void)
{
    printf("from scene `%s`:\n", scene->name);
    for (unsigned n = 0; n < scene->count + count; n++) {
        printf("%3u. ", n + 1);
        step_print(n < scene->count ? &scene->call[n]
                                    : &made[n - scene->count]);
        printf("\n");
    }
}

static unsigned take(void)
{
    return left ? (left--, *input++) : 0;
}

/* ---- arguments ----------------------------------------------------------- */

/* The n-th that is wanted, counted round and round; NOWHERE without any. */
static uint64_t nth(unsigned n, uint64_t limit, bool (*wanted)(uint64_t))
{
    unsigned found = 0;
    for (uint64_t i = 0; i < limit; i++) {
        found += wanted(i);
    }
    n = found ? n % found : 0;
    for (uint64_t i = 0; found && i < limit; i++) {
        if (wanted(i) && n-- == 0) {
            return i;
        }
    }
    return NOWHERE;
}

static bool is_resource(uint64_t frame)
{
    return fact_is_resource(world.facts.frames[frame].kind);
}

static bool is_table(uint64_t frame)
{
    return world.facts.frames[frame].kind == KIND_TABLE;
}

static bool is_top(uint64_t frame)
{
    return is_table(frame) && world.facts.frames[frame].level == SMALL_DEPTH;
}

static bool is_page(uint64_t frame)
{
    return world.facts.frames[frame].kind == KIND_MEMORY &&
           world.facts.frames[frame].level == 1;
}

static bool is_free(uint64_t frame)
{
    return world.facts.frames[frame].kind == KIND_FREE;
}

static bool is_dirty(uint64_t frame)
{
    return world.facts.frames[frame].kind == KIND_DIRTY;
}

static bool is_live(uint64_t entry)
{
    return world.facts.entries[entry].holds == HOLDS_RESOURCE;
}

static bool is_posted(uint64_t entry)
{
    return world.facts.entries[entry].holds == HOLDS_ACCEPTANCE;
}

static uint64_t wanted; /* a frame, by is_holding */

static bool is_holding(uint64_t entry)
{
    return is_live(entry) && world.facts.entries[entry].what == wanted;
}

static uint64_t take_number(void)
{
    static const uint64_t odd[] = {0,
                                   FRAMES_MAX,
                                   ENTRY_COUNT,
                                   RESOURCE_NONE,
                                   UINT64_C(1) << 40,
                                   UINT64_C(1) << 52};
    return odd[take() % 6];
}

/* A frame: one that is like that, mostly. */
static uint64_t take_frame(bool (*like)(uint64_t))
{
    unsigned how = take();
    return how < 192   ? nth(how, FRAMES_MAX, like)
           : how < 224 ? nth(how, FRAMES_MAX, is_resource)
           : how < 248 ? take() % FRAMES_MAX
                       : take_number();
}

static uint64_t take_slot(void)
{
    return FRAME_DIRECTORY * TABLE_ENTRIES + take() % TABLE_ENTRIES;
}

/* An entry: of a table, live, posted, of the directory, or anything. */
static uint64_t take_entry(void)
{
    unsigned how = take();
    if (how < 96) {
        uint64_t table = nth(how, FRAMES_MAX, is_table);
        return table * TABLE_ENTRIES + take() % TABLE_ENTRIES;
    }
    return how < 192   ? nth(how, ENTRY_COUNT, is_live)
           : how < 216 ? nth(how, ENTRY_COUNT, is_posted)
           : how < 232 ? take_slot()
           : how < 248 ? (take() * 256 + take()) % ENTRY_COUNT
                       : take_number();
}

/* What an entry holds, mostly. */
static uint64_t take_held(uint64_t entry)
{
    bool live = entry < ENTRY_COUNT && is_live(entry);
    return live && take() % 8 ? world.facts.entries[entry].what
                              : take_frame(is_resource);
}

static uint64_t take_rights(void)
{
    unsigned how = take(), now = RIGHT_R | (how & RIGHTS_RWX);
    return how < 192   ? RIGHTS(now, now | how / 8 % 16)
           : how < 240 ? (unsigned[]){RIGHTS_NONE, RIGHTS_ASK, RIGHTS_VITAL,
                                      RIGHTS_MORTAL}[how % 4]
                       : take() * 256 + take();
}

/* An acceptance for what fits an entry. */
static uint64_t take_acceptance(uint64_t entry, unsigned kind)
{
    uint64_t table = entry / TABLE_ENTRIES, giver = take() % PROCESS_MAX;
    unsigned level = kind == KIND_CPU      ? SMALL_DEPTH
                     : table >= FRAMES_MAX ? 1
                                           : world.facts.frames[table].level;
    level -= kind != KIND_CPU && level > 1;
    return ACCEPT(giver, world.facts.processes[giver].generation, kind, level);
}

/* ---- calls --------------------------------------------------------------- */

static void make_create(uint64_t me, uint64_t *a)
{
    (void)me;
    a[0] = take() % (PROCESS_MAX + 1);
    a[1] = take_frame(is_top);
    a[2] = take_frame(is_page);
    a[3] = ALLOWANCE(take() % 32, (uint64_t)take() % 4);
}

static void make_alloc(uint64_t me, uint64_t *a)
{
    static const unsigned kinds[] = {KIND_FREE,   KIND_MEMORY, KIND_TABLE,
                                     KIND_MEMORY, KIND_TABLE,  KIND_DEVICE,
                                     KIND_DIRTY,  KIND_CPU};
    unsigned how = take();
    a[0] = take_frame(how % 3 == 0   ? is_free
                      : how % 3 == 1 ? is_resource
                                     : is_dirty);
    a[1] = take() % 7;
    a[2] = kinds[take() % 8];
    a[3] = take() % 2 ? me : take() % (PROCESS_MAX + 2);
    if (a[0] < FRAMES_MAX && how % 3 && how < 224) {
        a[1] = world.facts.frames[a[0]].level; /* as it is */
        a[2] = how & 4 ? KIND_FREE : world.facts.frames[a[0]].kind;
    }
    if (how & 8) { /* a claim */
        wanted = a[0];
        a[3] = nth(take(), ENTRY_COUNT, is_holding);
    }
}

/* From an entry that holds the resource, through one that holds its table;
 * or from what looks like an entry in a page that `via` holds. */
static void make_source(uint64_t *a)
{
    unsigned how = take();
    if (how < 32) {
        a[4] = nth(how, ENTRY_COUNT, is_live);
        if (a[4] != NOWHERE) {
            a[3] = world.facts.entries[a[4]].what * TABLE_ENTRIES;
            a[1] = FRAME_CONTEXT_1;
        }
        return;
    }
    wanted = a[1];
    a[3] = how < 240 ? nth(how, ENTRY_COUNT, is_holding) : take_entry();
    wanted = a[3] / TABLE_ENTRIES;
    how = take();
    a[4] = how < 128   ? 0
           : how < 240 ? nth(how, ENTRY_COUNT, is_holding)
                       : take_entry();
}

static void make_attach(uint64_t me, uint64_t *a)
{
    (void)me;
    a[0] = take_entry();
    a[1] = take_frame(is_resource);
    a[2] = take_rights();
    unsigned how = take();
    if (a[0] / TABLE_ENTRIES == FRAME_DIRECTORY) {
        a[1] =
            how % 2 ? RESOURCE_PORTS(how / 2 % 4) : RESOURCE_IRQ(how / 2 % 4);
        a[2] = how < 240 ? 0x33 : a[2]; /* RW of RW */
    } else if (how >= 128) {
        make_source(a);
    }
}

static void make_update(uint64_t me, uint64_t *a)
{
    (void)me;
    a[0] = take_entry();
    a[2] = take_rights();
    unsigned how = take();
    if (a[0] / TABLE_ENTRIES == FRAME_DIRECTORY) {
        uint64_t slot = a[0] % PROCESS_MAX;
        const struct fact_process *p = &world.facts.processes[slot];
        a[2] = (unsigned[]){0, 0, 0x11, 0x33}[take() % 4];
        a[1] = how < 64                   ? take_acceptance(a[0], KIND_CPU)
               : how < 96                 ? RESOURCE_PORTS(how % 4)
               : how < 128                ? RESOURCE_IRQ(how % 4)
               : how < 160                ? p->accepts
               : p->state == PROCESS_LIVE ? p->table
                                          : RESOURCE_NONE;
    } else if (a[0] < ENTRY_COUNT && is_posted(a[0]) && how < 128) {
        const struct fact_entry *e = &world.facts.entries[a[0]];
        a[1] = ACCEPT(e->giver, e->what, e->kind, e->level);
    } else if (a[0] < ENTRY_COUNT && is_live(a[0])) {
        a[1] = take_held(a[0]);
    } else {
        a[1] = take_acceptance(a[0], KIND_MEMORY + how % 3);
    }
}

static void make_swap(uint64_t me, uint64_t *a)
{
    a[0] = take_entry();
    a[1] = take_entry();
    a[2] = take_held(a[0]);
    a[3] = take() % 2 ? RESOURCE_NONE : take_held(a[1]);
    if (a[1] / TABLE_ENTRIES == FRAME_DIRECTORY) {
        uint64_t to = a[1] % PROCESS_MAX;
        a[0] = FRAME_DIRECTORY * TABLE_ENTRIES + (take() < 240 ? 0 : me);
        a[2] = world.facts.processes[me].table;
        a[3] = world.facts.processes[to].table;
        a[4] = take() % 8;
    }
}

static void (*const make_arguments[OP_COUNT])(uint64_t me, uint64_t *a) = {
    make_create, make_alloc, make_attach, make_update, make_swap,
};

/* Of 16 calls: how often which operation. */
static const uint8_t number_of[] = {
    OP_CREATE, OP_ALLOC,  OP_ALLOC,  OP_ALLOC,  OP_ALLOC,
    OP_ATTACH, OP_ATTACH, OP_ATTACH, OP_ATTACH, OP_UPDATE,
    OP_UPDATE, OP_UPDATE, OP_UPDATE, OP_SWAP,   OP_SWAP,
};

static void make(struct call *call)
{
    unsigned what = take();
    memset(call, 0, sizeof(*call));
    call->me = (uint16_t)(what / 16 < 8 ? world.facts.running
                                        : what / 16 % PROCESS_MAX);
    if (what % 16 == 15) {
        call->number = take() % 2 ? CALL_TIME : CALL_FAULT;
        call->a[0] = take() % 8;
        return;
    }
    call->number = number_of[what % 16];
    make_arguments[call->number](call->me, call->a);
}

/* ---- a run --------------------------------------------------------------- */

static void run(const struct call *call)
{
    enum error error = step(&snapshot, &world, call);
    if (error == OK || error == MORE) {
        host_save(&snapshot);
        world_read(&world);
    }
}

/* The machine at the end of that scene, which is built once. */
static void start(unsigned n)
{
    static struct snapshot built[SCENES_MAX];
    static bool done[SCENES_MAX];
    scene = &scenes[n];
    count = 0;
    if (!done[n]) {
        step_boot(&snapshot, &world);
        for (unsigned i = 0; i < scene->count; i++) {
            run(&scene->call[i]);
        }
        built[n] = snapshot;
        done[n] = true;
    }
    snapshot = built[n];
    host_load(&snapshot);
    host_leave();
    world_read(&world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input = data;
    left = size;
    start(take() % (scene_count < SCENES_MAX ? scene_count : SCENES_MAX));
    while (left && count < CALLS_MAX) {
        make(&made[count]);
        if (step_can(&world, &made[count])) {
            count++;
            run(&made[count - 1]);
        }
    }
    return 0;
}
