/*
 * A test wants another process to act at an exact moment. An order is written
 * into a page that both share, the processor is handed over, and it comes back
 * with the answer in the same page: no step of it is left to chance.
 */
#include "lib/servant.h"

#include "lib/frames.h"
#include "lib/probe.h"
#include "lib/process.h"

#define ORDER_LOAD 100
#define ORDER_STORE 101

/* Where I see the pages that I share with servants, by their slots. */
static uint64_t window(const struct servant *servant)
{
    return pages_address(PAGES_SLOTS - 1) + servant->child.slot * FRAME_SIZE;
}

static uint64_t load(uint64_t va, volatile uint64_t *value)
{
    uint64_t vector = probe_load(va);
    if (vector == PROBE_NONE) {
        *value = *(volatile uint64_t *)va;
    }
    return vector;
}

static uint64_t store(uint64_t va, uint64_t value)
{
    return PROBE("movq %1, (%0)", "b"(va), "S"(value));
}

static int serve(uint64_t word)
{
    volatile struct order *o = (volatile struct order *)word;
    probe_install();
    for (;;) {
        if (o->number == ORDER_LOAD) {
            o->answer = load(o->a, &o->value);
        } else if (o->number == ORDER_STORE) {
            o->answer = store(o->a, o->b);
        } else {
            o->answer = operation(OPERATION((uint32_t)o->number), o->a, o->b,
                                  o->c, o->d, o->e);
        }
        if (process_yield() != OK) {
            return 1;
        }
    }
}

enum error servant_start(struct servant *servant, uint64_t frames,
                         uint64_t slots)
{
    struct space mine = pages_own();
    struct child *child = &servant->child;
    enum error error = child_start(child, serve, CHILD_SHARED, frames, slots);
    if (error != OK) {
        return error;
    }
    servant->order = (volatile struct order *)window(servant);
    error = pages_fresh(&mine, window(servant), &servant->frame);
    if (error != OK) {
        child_end(child);
        return error;
    }
    error = pages_map(&child->space, CHILD_SHARED, servant->frame, 1,
                      RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W));
    if (error != OK) {
        servant_end(servant);
    }
    return error;
}

uint64_t servant_do(struct servant *servant, uint64_t number, uint64_t a,
                    uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    volatile struct order *o = servant->order;
    o->number = number;
    o->a = a;
    o->b = b;
    o->c = c;
    o->d = d;
    o->e = e;
    /* No answer of an operation: tells a servant that ended on the way. */
    o->answer = UINT64_MAX;
    child_run(&servant->child, 0);
    return o->answer;
}

uint64_t servant_load(struct servant *servant, uint64_t va, uint64_t *value)
{
    uint64_t vector = servant_do(servant, ORDER_LOAD, va, 0, 0, 0, 0);
    *value = servant->order->value;
    return vector;
}

uint64_t servant_store(struct servant *servant, uint64_t va, uint64_t value)
{
    return servant_do(servant, ORDER_STORE, va, value, 0, 0, 0);
}

uint64_t servant_end(struct servant *servant)
{
    struct space mine = pages_own();
    uint64_t frames = child_end(&servant->child);
    pages_unmap(&mine, window(servant), 1);
    frames_give(servant->frame);
    return frames;
}
