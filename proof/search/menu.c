/*
 * All calls with all values would be too many even of a small machine. So each
 * argument has a menu: first what could mean something here, all of which meet
 * each other; then values that are wrong by themselves, each of which meets the
 * first good ones only.
 */
#include "proof/search/menu.h"

#include <stdlib.h>
#include <string.h>

/* Bits that are lost by whoever takes 32 bits or less, and by whoever shifts a
 * frame's number to its address. */
static const uint64_t high[] = {UINT64_C(1) << 32, UINT64_C(1) << 52};

void order_begin(struct order *order, struct calls *calls, uint64_t me,
                 unsigned number)
{
    order->calls = calls;
    order->me = (uint16_t)me;
    order->number = (uint16_t)number;
    for (unsigned i = 0; i < 5; i++) {
        order->menu[i].good = order->menu[i].count = 0;
    }
}

void order_call(struct calls *calls, uint64_t me, unsigned number,
                const uint64_t *arguments)
{
    if (calls->count == CALLS_MAX) {
        abort(); /* CALLS_MAX is too small for this machine */
    }
    struct call *call = &calls->call[calls->count++];
    call->number = (uint16_t)number;
    call->me = (uint16_t)me;
    memcpy(call->a, arguments, sizeof(call->a));
}

static void finish(struct order *order)
{
    for (unsigned i = 0; i < 5; i++) {
        if (order->menu[i].good == 0) {
            struct menu *menu = &order->menu[i];
            memmove(menu->value + 1, menu->value,
                    menu->count * sizeof(menu->value[0]));
            menu->value[0] = 0;
            menu->good = 1;
            menu->count++;
        }
    }
}

void order_good(struct order *order)
{
    unsigned at[5] = {0};
    uint64_t arguments[5];
    finish(order);
    for (unsigned i = 0; i < 5;) {
        for (unsigned j = 0; j < 5; j++) {
            arguments[j] = order->menu[j].value[at[j]];
        }
        order_call(order->calls, order->me, order->number, arguments);
        for (i = 0; i < 5 && ++at[i] == order->menu[i].good; i++) {
            at[i] = 0;
        }
    }
}

/* All wrong values in place i, and, from place i + 1 on, one more. */
static void spoil(struct order *order, uint64_t *arguments, unsigned i,
                  unsigned more)
{
    for (; i < 5; i++) {
        const struct menu *menu = &order->menu[i];
        for (unsigned n = menu->good; n < menu->count; n++) {
            arguments[i] = menu->value[n];
            order_call(order->calls, order->me, order->number, arguments);
            if (more) {
                spoil(order, arguments, i + 1, more - 1);
            }
        }
        arguments[i] = menu->value[0];
    }
}

void order_wrong(struct order *order)
{
    uint64_t arguments[5];
    finish(order);
    for (unsigned i = 0; i < 5; i++) {
        arguments[i] = order->menu[i].value[0];
    }
    for (unsigned i = 0; i < 5; i++) {
        for (unsigned n = 0; n < 2; n++) {
            if (!(arguments[i] & ACCEPT_MARK)) { /* it uses these bits */
                arguments[i] ^= high[n];
                order_call(order->calls, order->me, order->number, arguments);
                arguments[i] ^= high[n];
            }
        }
    }
    spoil(order, arguments, 0, 1);
}
