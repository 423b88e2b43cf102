/* Scenes for what works on entries: attach, update, swap. */
#include "abi/context.h"
#include "core/frame.h"
#include "proof/compare/scenes.h"

/* ---- the directory: groups, processes, the CPU --------------------------- */

static uint64_t scene_group(bool ports)
{
    uint64_t n = below(GROUP_MAX);
    before.groups[n].kind = ports ? GROUP_PORTS : GROUP_IRQ;
    return ports ? RESOURCE_PORTS(n) : RESOURCE_IRQ(n);
}

static void attach_group(uint64_t *a)
{
    uint64_t slot = scene_mine(a[0]);
    a[2] = scene_group(one_in(2));
    a[3] = RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W);
    process_of(a[0])->groups |= 1u << (a[2] & 15);
    process_of(slot)->groups &= ~(1u << (a[2] & 15));
    a[1] = scene_slot(slot);
}

static void update_group(uint64_t *a)
{
    uint64_t slot = one_in(8) ? scene_live() : scene_mine(a[0]);
    a[2] = scene_group(one_in(3));
    a[3] =
        one_in(3) ? RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W) : RIGHTS_NONE;
    process_of(slot)->groups |= 1u << (a[2] & 15);
    before.groups[a[2] & 15].holder = (uint16_t)slot;
    a[1] = scene_slot(slot);
}

/* A word that can be posted; or, at times, one that lacks something. */
static uint64_t posted(unsigned kind, unsigned level)
{
    uint64_t word = acceptance(some_process(), kind, level, 0);
    return one_in(4) ? word & ~PICK(0xff00, 0xe, 0x70, ACCEPT_MARK)
                     : word | (one_in(16) ? PICK(1, 0x80) : 0);
}

/* My acceptance of the CPU. */
static void update_cpu(uint64_t *a)
{
    struct process *me = process_of(a[0]);
    a[1] = scene_slot(a[0]);
    a[2] = posted(KIND_CPU, before.depth & 7);
    a[3] = one_in(2) ? RIGHTS_NONE : RIGHTS(RIGHT_R, RIGHT_R);
    me->accepts = a[3] == RIGHTS_NONE ? a[2] : 0;
}

/* A child's end; or what is left of it. */
static void update_child(uint64_t *a)
{
    uint64_t slot = scene_child(a[0]);
    struct process *p = process_of(slot);
    a[1] = scene_slot(slot);
    a[3] = RIGHTS_NONE;
    if (one_in(4)) {
        p->state = PROCESS_DEAD;
        p->owned = p->children = 0;
        a[2] = RESOURCE_NONE;
        return;
    }
    p->running = 0;
    p->table = a[2] = scene_frame();
    p->context = scene_frame();
    scene_resource(p->table, KIND_TABLE, before.depth, slot);
    scene_resource(p->context, KIND_MEMORY, 1, scene_mine(a[0]));
    frame_of(p->context)->flags = FRAME_CONTEXT | (uint8_t)below(2);
    frame_of(p->table)->flags = (uint8_t)below(2);
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        before.groups[n].holder = one_in(2) ? (uint16_t)slot : SLOT_INIT;
    }
}

static void swap_cpu(uint64_t *a)
{
    struct process *me = process_of(a[0]), *with;
    uint64_t slot = one_in(2) ? scene_child(a[0]) : scene_live();
    with = process_of(slot);
    a[1] = scene_slot(SLOT_RUNNING);
    a[2] = scene_slot(slot);
    a[3] = me->table = scene_frame();
    a[4] = with->table = scene_frame();
    scene_resource(me->table, KIND_TABLE, before.depth, a[0]);
    scene_resource(with->table, KIND_TABLE, before.depth, slot);
    if (with->parent != a[0]) {
        with->accepts = acceptance(a[0], KIND_CPU, before.depth & 7, 0);
    }
    if (one_in(4)) {
        me->giver = (uint16_t)slot;
    }
    with->running = 0;
    me->lease = PICK(0, 1, 2, 5, below(100), random_word());
    a[5] = one_in(4) || !me->lease ? some_word() : below(me->lease + 1);
}

/* ---- tables -------------------------------------------------------------- */

/* An empty entry that I may fill with such a resource. */
static uint64_t empty_entry(uint64_t me, unsigned kind, unsigned level,
                            uint64_t rights)
{
    bool mine = one_in(2);
    uint64_t owner = mine ? scene_mine(me) : scene_live();
    uint64_t entry = scene_entry(level + 1, owner);
    *entry_of(entry) =
        mine ? random_word() & ~(uint64_t)PTE_P
             : acceptance(me, kind, level,
                          (rights >> 4 & 15) | (one_in(2) ? below(16) : 15));
    return entry;
}

static void attach_link(uint64_t *a)
{
    unsigned level = scene_level(), kind = scene_kind(level);
    uint64_t table;
    a[2] = scene_frame();
    a[3] = some_rights();
    a[3] &= kind == KIND_DEVICE ? (uint64_t)~RIGHTS(RIGHT_X, RIGHT_X) : ~0ull;
    a[1] = empty_entry(a[0], kind, level, a[3]);
    a[4] = a[5] = 0;
    scene_resource(a[2], kind, level, scene_mine(a[0]));
    if (one_in(3)) {
        return;
    }
    frame_of(a[2])->owner = (uint16_t)some_process();
    a[4] = scene_entry(level + 1, scene_mine(a[0]));
    *entry_of(a[4]) = link_to(a[2], kind, level, a[3] | 15 << 4);
    if (one_in(2)) {
        table = a[4] / TABLE_ENTRIES;
        frame_of(table)->owner = (uint16_t)some_process();
        a[5] = scene_entry(level + 2, scene_mine(a[0]));
        *entry_of(a[5]) = link_to(table, KIND_TABLE, level + 1, 0xff);
    }
}

static void update_accept(uint64_t *a)
{
    a[1] = scene_entry((unsigned)some_level(), scene_mine(a[0]));
    a[2] = posted(4 + (unsigned)below(4), (unsigned)some_level());
    a[3] = one_in(2) ? RIGHTS_NONE : some_rights();
    *entry_of(a[1]) =
        a[3] == RIGHTS_NONE ? a[2] | below(16) << ACCEPT_CEILING_SHIFT : 0;
}

/* Whoever it is that may change a live entry, or only ask. */
static void update_link(uint64_t *a)
{
    unsigned level = scene_level(), kind = scene_kind(level);
    uint64_t holder = one_in(2) ? scene_mine(a[0]) : scene_live(), context;
    uint64_t owner = one_in(2) ? scene_mine(a[0]) : holder;
    a[1] = scene_entry(level + 1, holder);
    a[2] = scene_frame();
    scene_resource(a[2], kind, level, owner);
    frame_of(a[2])->flags = (uint8_t)PICK(0, 0, 0, FRAME_GIVEN, FRAME_VITAL);
    frame_of(a[2])->refs = (uint32_t)PICK(1, 1, 2, below(9));
    *entry_of(a[1]) = link_to(a[2], kind, level, some_rights());
    a[3] = PICK(RIGHTS_NONE, RIGHTS_NONE, RIGHTS_ASK, RIGHTS_VITAL,
                RIGHTS_MORTAL, some_rights(), some_rights(), some_rights(),
                RIGHTS(RIGHT_R, RIGHT_R));
    if (a[3] == RIGHTS_VITAL && one_in(4)) {
        process_of(a[0])->vitals = VITAL_MAX;
        frame_of(a[2])->flags = 0;
    }
    context = scene_frame();
    scene_resource(context, KIND_MEMORY, 1, holder);
    frame_of(context)->flags = FRAME_CONTEXT;
    process_of(holder)->context = context;
}

static void swap_links(uint64_t *a)
{
    unsigned level = scene_level(), kind = scene_kind(level);
    uint64_t giver = scene_mine(a[0]), taker = scene_live();
    bool move = one_in(2);
    a[1] = scene_entry(level + 1, giver);
    a[3] = scene_frame();
    scene_resource(a[3], kind, level, giver);
    frame_of(a[3])->refs = 1;
    *entry_of(a[1]) = link_to(a[3], kind, level, some_rights() | 8 << 4);
    scene_allow(giver, level_frames(3));
    scene_allow(taker, scene_cost(kind, level));
    if (move) {
        a[2] = empty_entry(a[0], kind, level, 0xf0);
        a[4] = RESOURCE_NONE;
        scene_allow(frame_of(a[2] / TABLE_ENTRIES)->owner,
                    scene_cost(kind, level));
        return;
    }
    taker = one_in(4) ? giver : scene_child(a[0]);
    kind = scene_kind(level);
    a[2] = scene_entry(level + 1, taker);
    a[4] = scene_frame();
    scene_allow(taker, one_in(2) ? 0 : level_frames(3));
    scene_resource(a[4], kind, level, taker);
    frame_of(a[4])->refs = 1;
    *entry_of(a[2]) = link_to(a[4], kind, level, some_rights());
}

/* ---- scenes -------------------------------------------------------------- */

void scene_attach(uint64_t *a)
{
    one_in(4) ? attach_group(a) : attach_link(a);
}

void scene_update(uint64_t *a)
{
    void (*const scenes[])(uint64_t *) = {
        update_group, update_cpu,  update_child, update_child, update_accept,
        update_link,  update_link, update_link,  update_link};
    scenes[below(sizeof(scenes) / sizeof(scenes[0]))](a);
}

void scene_swap(uint64_t *a)
{
    one_in(3) ? swap_cpu(a) : swap_links(a);
}
