/*
 * A search from boot spends its depth on building things. Each scene here is
 * a list of calls that leads to a state from which much can happen within two
 * or three more. They are made by the same calls, checked like all others, so
 * that no scene is a state that the machine could not come to.
 */
#include "proof/search/scenes.h"

#include "lib/types.h"

#define ENTRY(table, i) ((table) * TABLE_ENTRIES + (i))
#define SLOT(slot) ENTRY(FRAME_DIRECTORY, slot)
#define ALL RIGHTS(RIGHTS_RWX, RIGHTS_RWX | RIGHT_SHARE)
#define READ_WRITE RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W | RIGHT_SHARE)
#define READ RIGHTS(RIGHT_R, RIGHT_R)

/* clang-format off */
#define CREATE(me, ...) {OP_CREATE, me, {__VA_ARGS__}}
#define ALLOC(me, ...) {OP_ALLOC, me, {__VA_ARGS__}}
#define ATTACH(me, ...) {OP_ATTACH, me, {__VA_ARGS__}}
#define UPDATE(me, ...) {OP_UPDATE, me, {__VA_ARGS__}}
#define SWAP(me, ...) {OP_SWAP, me, {__VA_ARGS__}}
#define SCENE(name, calls) {name, ARRAY_COUNT(calls), calls}

#ifdef MACHINE_GIANT

/* Tables down to a page, beside two places for pages of 1 GiB. */
static const struct call chain[] = {
    ALLOC(1, 5, 3, KIND_TABLE, 1),
    ATTACH(1, ENTRY(FRAME_TOP, 0), 5, ALL),
    ALLOC(1, 6, 2, KIND_TABLE, 1),
    ATTACH(1, ENTRY(5, 0), 6, READ_WRITE),
    ALLOC(1, 7, 1, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(6, 0), 7, READ_WRITE),
};

/* Pages of 2 MiB and of 1 GiB, and a table that could hold another. */
static const struct call large[] = {
    ALLOC(1, 12, 3, KIND_FREE), ALLOC(1, 12, 3, KIND_FREE),
    ALLOC(1, 8, 3, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(FRAME_TOP, 0), 8, READ_WRITE),
    ALLOC(1, 5, 3, KIND_TABLE, 1),
    ATTACH(1, ENTRY(FRAME_TOP, 1), 5, ALL),
    ALLOC(1, 6, 2, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(5, 0), 6, READ_WRITE),
};

const struct scene scenes[] = {
    {"boot", 0, NULL}, SCENE("chain", chain), SCENE("large", large),
};

#elif defined(MACHINE_CROWD)

/* Two children and a grandchild, each but the last with tables down to its
 * own page: one is vital, one shared. */
static const struct call crowd[] = {
    ALLOC(1, 8, 4, KIND_TABLE, 1), ALLOC(1, 9, 1, KIND_MEMORY, 1),
    CREATE(1, 2, 8, 9, ALLOWANCE(40, 2)),
    ALLOC(1, 10, 4, KIND_TABLE, 1), ALLOC(1, 11, 1, KIND_MEMORY, 1),
    CREATE(1, 3, 10, 11, ALLOWANCE(20, 0)),
    ALLOC(2, 12, 4, KIND_TABLE, 2), ALLOC(2, 13, 1, KIND_MEMORY, 2),
    CREATE(2, 4, 12, 13, ALLOWANCE(10, 0)),
    ALLOC(2, 14, 3, KIND_TABLE, 2), ATTACH(2, ENTRY(8, 0), 14, ALL),
    ALLOC(2, 15, 2, KIND_TABLE, 2), ATTACH(2, ENTRY(14, 0), 15, ALL),
    ALLOC(2, 16, 1, KIND_MEMORY, 2), ATTACH(2, ENTRY(15, 0), 16, READ_WRITE),
    ALLOC(3, 17, 3, KIND_TABLE, 3), ATTACH(3, ENTRY(10, 0), 17, ALL),
    ALLOC(3, 18, 2, KIND_TABLE, 3), ATTACH(3, ENTRY(17, 0), 18, ALL),
    ALLOC(1, 19, 3, KIND_TABLE, 1), ATTACH(1, ENTRY(FRAME_TOP, 0), 19, ALL),
    ALLOC(1, 20, 2, KIND_TABLE, 1), ATTACH(1, ENTRY(19, 0), 20, ALL),
    ALLOC(3, 21, 1, KIND_MEMORY, 3), ATTACH(3, ENTRY(18, 0), 21, READ_WRITE),
    UPDATE(3, ENTRY(18, 0), 21, RIGHTS_VITAL),
    ATTACH(1, ENTRY(20, 0), 16, READ_WRITE),
};

const struct scene scenes[] = {
    {"boot", 0, NULL}, SCENE("crowd", crowd),
};

#else

/* A child that has a child of its own, and tables in two of them. */
#define FAMILY                                                                 \
    ALLOC(1, 12, 2, KIND_FREE), ALLOC(1, 12, 2, KIND_FREE),                    \
    ALLOC(1, 5, 3, KIND_TABLE, 1), ALLOC(1, 6, 1, KIND_MEMORY, 1),             \
    CREATE(1, 2, 5, 6, ALLOWANCE(5, 1)),                                       \
    ALLOC(2, 7, 3, KIND_TABLE, 2), ALLOC(2, 8, 1, KIND_MEMORY, 2),             \
    CREATE(2, 3, 7, 8, ALLOWANCE(1, 0)),                                       \
    ALLOC(1, 9, 2, KIND_TABLE, 1), ATTACH(1, ENTRY(FRAME_TOP, 0), 9, ALL),     \
    ALLOC(2, 10, 2, KIND_TABLE, 2), ATTACH(2, ENTRY(5, 0), 10, ALL)

static const struct call family[] = {FAMILY};

/* A page in both tables, and a place where a stranger may put one. */
static const struct call shared[] = {
    FAMILY,
    ALLOC(1, 11, 1, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(9, 0), 11, READ_WRITE),
    ATTACH(1, ENTRY(10, 0), 11, READ_WRITE),
    UPDATE(2, ENTRY(10, 1), ACCEPT(3, 1, KIND_MEMORY, 1), READ_WRITE),
};

/* The same page, given back, and another that is vital. */
static const struct call given[] = {
    FAMILY,
    ALLOC(1, 11, 1, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(9, 0), 11, READ_WRITE),
    ATTACH(1, ENTRY(10, 0), 11, READ_WRITE),
    ALLOC(1, 11, 1, KIND_FREE),
    ATTACH(2, ENTRY(10, 1), 8, READ_WRITE),
    UPDATE(2, ENTRY(10, 1), 8, RIGHTS_VITAL),
};

/* A page of level 2 in one process, a table that fits there in the other. */
static const struct call large[] = {
    ALLOC(1, 12, 2, KIND_FREE), ALLOC(1, 12, 2, KIND_FREE),
    ALLOC(1, 5, 3, KIND_TABLE, 1), ALLOC(1, 6, 1, KIND_MEMORY, 1),
    CREATE(1, 2, 5, 6, ALLOWANCE(5, 1)),
    ALLOC(2, 12, 2, KIND_MEMORY, 2), ATTACH(2, ENTRY(5, 0), 12, READ_WRITE),
    ALLOC(1, 9, 2, KIND_TABLE, 1), ATTACH(1, ENTRY(FRAME_TOP, 0), 9, ALL),
    ATTACH(1, ENTRY(9, 0), 6, READ),
};

/* The child has the CPU, for a time; its child would take it from init. */
static const struct call lent[] = {
    FAMILY,
    UPDATE(3, SLOT(3), ACCEPT(1, 1, KIND_CPU, SMALL_DEPTH), READ),
    ATTACH(1, SLOT(2), RESOURCE_IRQ(GROUP_OF_IRQ),
           RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)),
    SWAP(1, SLOT(0), SLOT(2), FRAME_TOP, 5, 4),
};

/* A slot in its second use, and an acceptance for who was there before. */
static const struct call again[] = {
    FAMILY,
    UPDATE(2, ENTRY(10, 0), ACCEPT(3, 1, KIND_MEMORY, 1), READ_WRITE),
    UPDATE(2, SLOT(3), 7, RIGHTS_NONE), ALLOC(2, 7, 3, KIND_TABLE, 2),
    UPDATE(2, SLOT(3), RESOURCE_NONE, RIGHTS_NONE),
    CREATE(2, 3, 7, 8, ALLOWANCE(1, 0)),
    ALLOC(3, 11, 1, KIND_MEMORY, 3),
};

/* The child has ended and owns nothing any more; its child lives. */
static const struct call orphan[] = {
    FAMILY,
    UPDATE(1, SLOT(2), 5, RIGHTS_NONE),
    ALLOC(1, 5, 3, KIND_TABLE, 1), ALLOC(1, 10, 2, KIND_TABLE, 1),
    ALLOC(1, 8, 1, KIND_MEMORY, 1),
};

/* A page with as many refs as there can be, and another; a table that would
 * be a process with it. */
static const struct call full[] = {
    ALLOC(1, 9, 2, KIND_TABLE, 1), ATTACH(1, ENTRY(FRAME_TOP, 0), 9, ALL),
    ALLOC(1, 5, 3, KIND_TABLE, 1), ALLOC(1, 6, 1, KIND_MEMORY, 1),
    ATTACH(1, ENTRY(9, 0), 6, READ_WRITE), ATTACH(1, ENTRY(9, 1), 6, READ),
    ATTACH(1, ENTRY(9, 2), 6, READ), ATTACH(1, ENTRY(9, 3), 6, READ),
    ALLOC(1, 7, 2, KIND_TABLE, 1), ATTACH(1, ENTRY(FRAME_TOP, 1), 7, ALL),
    ALLOC(1, 10, 1, KIND_MEMORY, 1),
};

const struct scene scenes[] = {
    {"boot", 0, NULL}, SCENE("family", family), SCENE("shared", shared),
    SCENE("given", given), SCENE("large", large), SCENE("lent", lent),
    SCENE("again", again), SCENE("orphan", orphan), SCENE("full", full),
};

#endif
/* clang-format on */

const unsigned scene_count = ARRAY_COUNT(scenes);
