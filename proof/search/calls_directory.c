/* On the directory: processes, groups and the CPU. */
#include "proof/search/sight.h"

#define DIRECTORY_ENTRY(slot) (FRAME_DIRECTORY * TABLE_ENTRIES + (slot))
#define READ_WRITE RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)

static void add_slots(struct menu *menu)
{
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        menu_add(menu, DIRECTORY_ENTRY(p));
    }
    for (unsigned i = PROCESS_MAX; i < TABLE_ENTRIES; i++) {
        menu_wrong(menu, DIRECTORY_ENTRY(i));
    }
    menu_wrong(menu, DIRECTORY_ENTRY(SLOT_RUNNING));
}

static void add_groups(struct menu *menu)
{
    menu_add(menu, RESOURCE_PORTS(GROUP_OF_PORTS));
    menu_add(menu, RESOURCE_IRQ(GROUP_OF_IRQ));
    menu_wrong(menu, RESOURCE_PORTS(GROUP_OF_IRQ));
    menu_wrong(menu, RESOURCE_IRQ(GROUP_OF_PORTS));
    menu_wrong(menu, RESOURCE_IRQ(GROUP_MAX - 1));
    menu_wrong(menu, RESOURCE_PORTS(GROUP_MAX));
    menu_wrong(menu, FRAME_TOP);
    menu_wrong(menu, RESOURCE_NONE);
}

static void calls_groups(uint64_t me, struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_ATTACH);
    add_slots(&order.menu[0]);
    add_groups(&order.menu[1]);
    menu_add(&order.menu[2], READ_WRITE);
    menu_wrong(&order.menu[2], RIGHTS_NONE);
    menu_wrong(&order.menu[2], RIGHTS(RIGHT_R, RIGHT_R));
    order_good(&order);
    order_wrong(&order);
    order_begin(&order, calls, me, OP_UPDATE);
    add_slots(&order.menu[0]);
    add_groups(&order.menu[1]);
    menu_add(&order.menu[2], RIGHTS_NONE);
    menu_add(&order.menu[2], READ_WRITE);
    menu_wrong(&order.menu[2], RIGHTS(RIGHT_R, RIGHT_R));
    menu_wrong(&order.menu[2], RIGHTS_ASK);
    order_good(&order);
    order_wrong(&order);
}

/* Acceptances of the CPU, and the ends of processes. */
static void calls_processes(const struct sight *s, uint64_t me,
                            struct calls *calls)
{
    static struct order order;
    order_begin(&order, calls, me, OP_UPDATE);
    struct menu *m = order.menu;
    add_slots(&m[0]);
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        const struct fact_process *fact = &s->w->facts.processes[p];
        if (fact->state == PROCESS_LIVE) {
            menu_add(&m[1], fact->table);
        }
        if (fact->state == PROCESS_LIVE && p != me) {
            menu_add(&m[1], ACCEPT(p, fact->generation, KIND_CPU, SMALL_DEPTH));
        }
    }
    menu_add(&m[1], RESOURCE_NONE);
    menu_wrong(&m[1], ACCEPT(me, 1, KIND_CPU, SMALL_DEPTH - 1));
    menu_wrong(&m[1], ACCEPT(me, 1, KIND_TABLE, SMALL_DEPTH));
    menu_wrong(&m[1], ACCEPT(0, 1, KIND_CPU, SMALL_DEPTH));
    menu_wrong(&m[1], FRAMES_MAX);
    menu_add(&m[2], RIGHTS_NONE);
    menu_add(&m[2], RIGHTS(RIGHT_R, RIGHT_R));
    menu_wrong(&m[2], READ_WRITE);
    menu_wrong(&m[2], RIGHTS_ASK);
    menu_wrong(&m[2], RIGHTS_VITAL);
    order_good(&order);
    order_wrong(&order);
}

static void calls_hand(const struct sight *s, uint64_t me, struct calls *calls)
{
    static struct order order;
    const struct fact_process *p = s->w->facts.processes;
    for (unsigned to = 1; to < PROCESS_MAX; to++) {
        order_begin(&order, calls, me, OP_SWAP);
        struct menu *m = order.menu;
        menu_add(&m[0], DIRECTORY_ENTRY(SLOT_RUNNING));
        menu_wrong(&m[0], DIRECTORY_ENTRY(me));
        menu_add(&m[1], DIRECTORY_ENTRY(to));
        menu_wrong(&m[1], DIRECTORY_ENTRY(TABLE_ENTRIES - 1));
        menu_wrong(&m[1], s->live.count ? s->live.value[0] : ENTRY_COUNT);
        menu_add(&m[2], p[me].table);
        menu_wrong(&m[2], p[to].context);
        menu_wrong(&m[2], RESOURCE_NONE);
        menu_add(&m[3], p[to].table);
        menu_wrong(&m[3], p[me].table);
        menu_wrong(&m[3], RESOURCE_NONE);
        menu_add(&m[4], 0);
        menu_add(&m[4], 1);
        menu_add(&m[4], 2);
        menu_add(&m[4], 4);
        menu_wrong(&m[4], UINT64_MAX);
        order_good(&order);
        order_wrong(&order);
    }
}

static void calls_rest(const struct sight *s, uint64_t me, struct calls *calls)
{
    static struct order order;
    const struct fact_process *p = s->w->facts.processes;
    order_begin(&order, calls, me, OP_SWAP);
    struct menu *m = order.menu;
    menu_add(&m[0], DIRECTORY_ENTRY(SLOT_RUNNING));
    menu_add(&m[1], DIRECTORY_ENTRY(SLOT_RUNNING));
    menu_add(&m[2], p[me].table);
    menu_wrong(&m[2], p[me].context);
    menu_add(&m[3], RESOURCE_NONE);
    menu_wrong(&m[3], p[me].table);
    menu_add(&m[4], 0);
    menu_add(&m[4], 2);
    order_good(&order);
    order_wrong(&order);
}

void calls_directory(const struct sight *s, uint64_t me, struct calls *calls)
{
    calls_groups(me, calls);
    calls_processes(s, me, calls);
    if (me == s->w->facts.running) {
        calls_hand(s, me, calls);
        calls_rest(s, me, calls);
    }
}
