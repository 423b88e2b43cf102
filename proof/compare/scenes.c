/*
 * In a random state nearly every call fails at its first check, and what comes
 * behind it is hardly ever tried. So a scene is a random state in which a few
 * things are set as one function needs them; then each of these is spoilt in
 * one of many cases, so that each check is the one that fails from time to
 * time.
 */
#include "proof/compare/scenes.h"

#include <string.h>

#define HAD_MAX 32

static uint64_t had[HAD_MAX];
static unsigned had_count;

/* ---- what scenes are made of --------------------------------------------- */

static bool is_new(uint64_t thing)
{
    for (unsigned i = 0; i < had_count; i++) {
        if (had[i] == thing) {
            return false;
        }
    }
    if (had_count < HAD_MAX) {
        had[had_count++] = thing;
    }
    return true;
}

/* Frames are told from processes, which are below PROCESS_MAX too. */
uint64_t scene_frame(void)
{
    for (;;) {
        uint64_t frame = some_frame();
        if (frame != before.books.directory && is_new(frame + PROCESS_MAX)) {
            return frame;
        }
    }
}

uint64_t scene_process(void)
{
    for (;;) {
        uint64_t process = some_process();
        if (is_new(process)) {
            return process;
        }
    }
}

uint64_t scene_live(void)
{
    uint64_t process = scene_process();
    process_of(process)->state = PROCESS_LIVE;
    return process;
}

uint64_t scene_child(uint64_t parent)
{
    uint64_t child = scene_live();
    process_of(child)->parent = (uint16_t)parent;
    return child;
}

uint64_t scene_mine(uint64_t me)
{
    return one_in(2) ? me : scene_child(me);
}

void scene_resource(uint64_t frame, unsigned kind, unsigned level,
                    uint64_t owner)
{
    struct frame *f = frame_of(frame);
    f->kind = (uint8_t)kind;
    f->level = (uint8_t)level;
    f->owner = (uint16_t)owner;
    f->flags = 0;
}

uint64_t scene_entry(unsigned level, uint64_t owner)
{
    uint64_t table = scene_frame();
    scene_resource(table, KIND_TABLE, level, owner);
    return entry_name(table, (unsigned)PICK(0, 1, 3, 256, 511));
}

uint64_t scene_slot(uint64_t process)
{
    return entry_name(before.books.directory, (unsigned)process);
}

void scene_allow(uint64_t process, uint64_t cost)
{
    struct process *p = process_of(process);
    p->allowance = one_in(3) ? cost - one_in(4)
                             : cost + (random_word() >> (16 + below(48)));
}

unsigned scene_level(void)
{
    return (unsigned)PICK(1, 1, 1, 1, 2, 2, 3, 4);
}

unsigned scene_kind(unsigned level)
{
    return level == 1  ? (unsigned)PICK(KIND_MEMORY, KIND_MEMORY, KIND_DEVICE)
           : level < 4 ? (unsigned)PICK(KIND_MEMORY, KIND_TABLE, KIND_DEVICE)
                       : KIND_TABLE;
}

uint64_t scene_cost(unsigned kind, unsigned level)
{
    return kind == KIND_MEMORY ? level_frames(level) : 1;
}

/* ---- changes ------------------------------------------------------------- */

struct named {
    uint64_t frames[24], processes[24], entries[12];
    unsigned frame_count, process_count, entry_count;
};

static void name_process(struct named *named, uint64_t process)
{
    if (named->process_count < 24) {
        named->processes[named->process_count++] = process % PROCESS_MAX;
    }
}

static void name_frame(struct named *named, uint64_t frame)
{
    if (is_hot(frame) && named->frame_count < 24) {
        named->frames[named->frame_count++] = frame;
        name_process(named, frame_of(frame)->owner);
    }
}

static void name_entry(struct named *named, uint64_t entry)
{
    if (entry_of(entry) && named->entry_count < 12) {
        named->entries[named->entry_count++] = entry;
        name_frame(named, entry / TABLE_ENTRIES);
        name_frame(named, (*entry_of(entry) & PTE_ADDRESS) >> PAGE_SHIFT);
    }
}

/* What the arguments may name, and what that names. */
static void name(struct named *named, const uint64_t *a, unsigned arguments)
{
    named->frame_count = named->process_count = named->entry_count = 0;
    name_process(named, before.cpus[0].process);
    for (unsigned i = 0; i < arguments; i++) {
        if (a[i] < PROCESS_MAX) {
            name_process(named, a[i]);
        }
        name_frame(named, a[i]);
        name_entry(named, a[i]);
    }
    for (unsigned i = named->process_count; i-- > 0;) {
        const struct process *p = process_of(named->processes[i]);
        name_process(named, p->parent);
        name_process(named, p->giver);
        name_frame(named, p->table);
        name_frame(named, p->context);
    }
}

static void change_argument(uint64_t *a, unsigned arguments)
{
    uint64_t *one = &a[below(arguments)];
    switch (below(4)) {
    case 0:
        *one += PICK(1, UINT64_MAX, 512, 2);
        break;
    case 1:
        *one ^= UINT64_C(1) << below(64);
        break;
    default:
        *one = some_word();
    }
}

/* One of so many, rather one of the first: what arguments name, and not what
 * that leads to. */
static uint64_t early(unsigned count)
{
    return below(1 + below(count));
}

static void change(uint64_t *a, unsigned arguments)
{
    struct named named;
    uint64_t what = below(16);
    name(&named, a, arguments);
    if (what < 7 && named.frame_count) {
        change_frame(named.frames[early(named.frame_count)]);
    } else if (what < 10) {
        change_process(named.processes[early(named.process_count)]);
    } else if (what < 13 && named.entry_count) {
        change_entry(named.entries[early(named.entry_count)]);
    } else if (what < 15 && arguments) {
        change_argument(a, arguments);
    } else {
        change_globals();
    }
}

/* ---- scenes -------------------------------------------------------------- */

/* An entry, or two that are alike, and a level; then whatever it may be. */
static void scene_word(uint64_t *a)
{
    a[0] = one_in(4) ? some_word()
                     : link_to(random_word() >> below(64), (unsigned)below(8),
                               (unsigned)some_level(), some_rights());
    a[1] = one_in(4) ? random_word() : below(7);
    a[2] = one_in(4) ? random_word() : below(16);
    a[3] = one_in(4) ? random_word() : below(8);
}

static void scene_pair(uint64_t *a)
{
    uint64_t frame = random_word() >> 28;
    a[0] = link_to(frame, KIND_MEMORY, 1, some_rights());
    a[1] =
        one_in(8) ? some_word() : link_to(frame, KIND_MEMORY, 1, some_rights());
    a[1] = one_in(3) ? a[0] ^ (UINT64_C(1) << below(64)) : a[1];
    a[0] = one_in(8) ? some_word() : a[0];
}

/* Any of the five, or a number that none has. */
static void scene_dispatch(uint64_t *a)
{
    void (*const scenes[])(uint64_t *) = {
        scene_create, scene_alloc, scene_attach, scene_update, scene_swap};
    a[6] = below(5);
    scenes[a[6]](a);
    a[6] = one_in(8) ? some_word() : a[6];
}

static void random_arguments(uint64_t *a)
{
    for (unsigned i = 0; i < ARGUMENTS_MAX; i++) {
        a[i] = some_word();
    }
}

bool scene(const struct operation *o, uint64_t a[ARGUMENTS_MAX])
{
    static const struct {
        const char *function;
        void (*make)(uint64_t *);
    } scenes[] = {
        {"op_create", scene_create},  {"op_alloc", scene_alloc},
        {"op_attach", scene_attach},  {"op_update", scene_update},
        {"op_swap", scene_swap},      {"operation_dispatch", scene_dispatch},
        {"cpu_expire", scene_expire}, {"rest_hand", scene_rest},
        {"flush_change", scene_pair}, {"entry_make", scene_word},
        {"entry_rights", scene_word}, {"entry_is_page", scene_word},
        {"entry_frame", scene_word},  {"entry_with_rights", scene_word},
    };
    unsigned n = 0, count = sizeof(scenes) / sizeof(scenes[0]);
    while (n < count && strcmp(scenes[n].function, o->name) != 0) {
        n++;
    }
    if (n == count) {
        return false;
    }
    random_state();
    random_arguments(a);
    had_count = 0;
    a[0] = scene_live();
    before.cpus[0].process = one_in(16) ? some_process() : a[0];
    if (!one_in(16)) {
        scenes[n].make(a);
        for (uint64_t left = PICK(0, 0, 0, 1, 1, 1, 1, 2, 3, 4); left; left--) {
            change(a, o->arguments);
        }
    }
    state_finish();
    return true;
}
