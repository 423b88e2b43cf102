/* Scenes for what works on records: create, alloc; and the end of a lease. */
#include "abi/context.h"
#include "core/frame.h"
#include "proof/compare/scenes.h"

/* ---- create -------------------------------------------------------------- */

void scene_create(uint64_t *a)
{
    struct process *me = process_of(a[0]), *p;
    uint64_t frames_given = one_in(2) ? below(1000) : random_word() >> 17;
    a[1] = scene_process();
    a[2] = scene_frame();
    a[3] = scene_frame();
    p = process_of(a[1]);
    scene_resource(a[2], KIND_TABLE, before.depth, a[0]);
    scene_resource(a[3], KIND_MEMORY, 1, a[0]);
    frame_of(a[2])->refs = frame_of(a[2])->live = 0;
    scene_allow(a[0], frames_given);
    me->slots = (uint16_t)PICK(1, 2, 1 + below(UINT16_MAX), UINT16_MAX);
    a[4] = ALLOWANCE(frames_given, below(me->slots));
    p->state = PROCESS_FREE;
    if (one_in(2)) {
        p->state = (uint8_t)PICK(PROCESS_LIVE, PROCESS_DEAD);
        p->parent = (uint16_t)scene_child(a[0]);
        p->table = a[2];
        p->context = a[3];
    }
}

/* ---- alloc --------------------------------------------------------------- */

/* A frame at which a unit of that level can begin. */
static uint64_t aligned_frame(unsigned level)
{
    return level == 1 ? scene_frame()
           : level == 2
               ? PICK(CLUSTER_0, CLUSTER_1, CLUSTER_2, CLUSTER_3, CLUSTER_4)
               : PICK(CLUSTER_0, CLUSTER_1, CLUSTER_3);
}

static void alloc_clean(uint64_t *a)
{
    unsigned level = (unsigned)PICK(1, 2, 2, 3);
    struct frame *f;
    a[1] = aligned_frame(level);
    a[2] = level;
    a[3] = KIND_FREE;
    f = frame_of(a[1]);
    f->kind = KIND_DIRTY;
    f->level = (uint8_t)level;
    f->cleared =
        (uint32_t)PICK(0, 1, level_frames(level) - 16, level_frames(level) - 1,
                       level_frames(level), below(600));
}

static void alloc_give_back(uint64_t *a)
{
    unsigned level = (unsigned)some_level();
    unsigned kind = level > 3 || one_in(2) ? KIND_TABLE : KIND_MEMORY;
    a[1] = scene_frame();
    a[2] = level;
    a[3] = KIND_FREE;
    scene_resource(a[1], kind, level, scene_mine(a[0]));
    frame_of(a[1])->live = one_in(12);
    frame_of(a[1])->refs = (uint32_t)PICK(0, 0, 1, below(9));
    frame_of(a[1])->flags = (uint8_t)PICK(0, 0, FRAME_VITAL);
}

/* No larger unit covers the frame, whose extents are free if it is one. */
static void uncover(uint64_t frame, unsigned level)
{
    if (one_in(16)) {
        return;
    }
    for (unsigned larger = level + 1; larger <= 3; larger++) {
        struct frame *head = frame_of(align_down(frame, level_frames(larger)));
        if (head && head->level >= larger) {
            head->kind = KIND_TABLE;
        }
    }
    *extent2_in(&before, frame >> 9) =
        level == 2 ? TABLE_ENTRIES : (uint16_t)PICK(1, 2, 512, below(513));
    if (level == 3) {
        *extent3_in(&before, frame >> 18) = TABLE_ENTRIES;
    }
}

static void alloc_make(uint64_t *a)
{
    unsigned kind = one_in(2) ? KIND_TABLE : KIND_MEMORY;
    unsigned level =
        (unsigned)(kind == KIND_TABLE ? 2 + below(4) : PICK(1, 1, 2, 2, 3));
    unsigned unit = kind == KIND_TABLE ? 1 : level;
    a[1] = one_in(12) ? scene_frame() : aligned_frame(unit);
    a[2] = level;
    a[3] = kind;
    a[4] = scene_mine(a[0]);
    frame_of(a[1])->kind = KIND_FREE;
    frame_of(a[1])->level = 1;
    uncover(a[1], unit);
    scene_allow(a[4], level_frames(unit));
}

/* From my child; or, given back, through its last entry. */
static void alloc_take(uint64_t *a)
{
    unsigned level = scene_level(), kind = scene_kind(level);
    a[1] = scene_frame();
    a[2] = level;
    a[3] = kind;
    a[4] = a[0];
    scene_resource(a[1], kind, level, scene_child(a[0]));
    scene_allow(a[0], scene_cost(kind, level));
    if (one_in(2)) {
        a[4] = scene_entry(level + 1, scene_mine(a[0]));
        *entry_of(a[4]) = link_to(one_in(8) ? scene_frame() : a[1], kind, level,
                                  some_rights());
        frame_of(a[1])->flags = FRAME_GIVEN;
        frame_of(a[1])->refs = one_in(8) ? 2 : 1;
        frame_of(a[1])->owner = (uint16_t)some_process();
    }
    if (one_in(4)) {
        frame_of(a[1])->flags |= FRAME_VITAL;
        process_of(frame_of(a[1])->owner)->state = PROCESS_DEAD;
    }
}

void scene_alloc(uint64_t *a)
{
    void (*const scenes[])(uint64_t *) = {alloc_clean, alloc_give_back,
                                          alloc_make, alloc_make, alloc_take};
    a[4] = some_process();
    scenes[below(sizeof(scenes) / sizeof(scenes[0]))](a);
}

/* ---- the end of a lease, and a rest -------------------------------------- */

void scene_expire(uint64_t *a)
{
    struct process *from, *to;
    uint64_t giver = scene_live();
    before.cpus[0].process = a[0];
    from = process_of(a[0]);
    to = process_of(giver);
    from->giver = (uint16_t)giver;
    from->lease = PICK(1, 1, 1, 2, 3, 0, random_word());
    from->table = scene_frame();
    to->table = scene_frame();
    scene_resource(from->table, KIND_TABLE, before.depth, a[0]);
    scene_resource(to->table, KIND_TABLE, before.depth, giver);
    a[0] = one_in(3) ? from->lease - below(3) : some_word();
}

void scene_rest(uint64_t *a)
{
    a[1] = process_of(a[0])->table = scene_frame();
    a[2] = one_in(4) ? some_word() : RESOURCE_NONE;
    a[3] = some_word();
}
