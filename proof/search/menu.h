/* Values to choose from for one argument, and calls made of them. */
#ifndef XO5_SEARCH_MENU_H
#define XO5_SEARCH_MENU_H

#include "proof/search/calls.h"

#define MENU_MAX (ENTRY_COUNT + 16)

/* The first `good` values may mean something together with others; the rest
 * are wrong by themselves. */
struct menu {
    unsigned good, count;
    uint64_t value[MENU_MAX];
};

/* Adds a good value; all of them before the first wrong one. */
static inline void menu_add(struct menu *menu, uint64_t value)
{
    menu->value[menu->count++] = value;
    menu->good = menu->count;
}

/* Adds a wrong one. */
static inline void menu_wrong(struct menu *menu, uint64_t value)
{
    menu->value[menu->count++] = value;
}

/* An order for calls: who, what, and a menu for each argument. An empty menu
 * is 0. */
struct order {
    struct calls *calls;
    uint16_t me, number;
    struct menu menu[5];
};

/* Starts an order, with empty menus. */
void order_begin(struct order *order, struct calls *calls, uint64_t me,
                 unsigned number);

/* Every combination of good values. */
void order_good(struct order *order);

/* Every combination with one or two wrong values, or with one that is good
 * but for a high bit; the first good one in every other place. */
void order_wrong(struct order *order);

/* One call. */
void order_call(struct calls *calls, uint64_t me, unsigned number,
                const uint64_t *arguments);

#endif
