/*
 * Two lists, each in the order of a number. To put a task into its place, all
 * that come before it are looked at: that is quick for as many children as one
 * process has, and nothing has to be set up or can be full.
 *
 * Times are measured from one hand-over to the next. If I lose the CPU myself
 * meanwhile that is nobody's: a turn never counts for more than it was given.
 */
#include "lib/sched/scheduler.h"

#include <stddef.h>

#include "lib/assert.h"
#include "lib/books.h"
#include "lib/clock.h"
#include "lib/process.h"

static bool is_before(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b) < 0;
}

/* Behind all whose key is as small. */
static void insert(struct task **list, struct task *t)
{
    while (*list != NULL && !is_before(t->key, (*list)->key)) {
        list = &(*list)->next;
    }
    t->next = *list;
    *list = t;
}

static bool take_out(struct task **list, const struct task *t)
{
    while (*list != NULL && *list != t) {
        list = &(*list)->next;
    }
    if (*list == NULL) {
        return false;
    }
    *list = t->next;
    return true;
}

void scheduler_ready(struct scheduler *s, struct task *t)
{
    s->policy(s, t);
    insert(&s->ready, t);
}

void scheduler_sleep(struct scheduler *s, struct task *t, uint64_t until)
{
    t->key = until;
    insert(&s->asleep, t);
}

bool scheduler_remove(struct scheduler *s, struct task *t)
{
    return take_out(&s->ready, t) || take_out(&s->asleep, t);
}

void scheduler_change(struct scheduler *s, policy *to)
{
    struct task *t = s->ready, *next;
    s->policy = to;
    s->ready = NULL;
    for (; t != NULL; t = next) {
        next = t->next;
        scheduler_ready(s, t);
    }
}

/* Takes the first one out. */
static struct task *first(struct task **list)
{
    struct task *t = *list;
    if (t != NULL) {
        *list = t->next;
    }
    return t;
}

struct task *scheduler_take(struct scheduler *s, uint64_t now)
{
    while (s->asleep != NULL && !is_before(now, s->asleep->key)) {
        scheduler_ready(s, first(&s->asleep));
    }
    struct task *t = first(&s->ready);
    if (t != NULL && is_before(s->passed, t->passed)) {
        s->passed = t->passed;
    }
    return t;
}

void scheduler_charge(struct task *t, uint64_t ticks)
{
    t->ran += ticks;
    t->turns++;
    if (t->share != 0) {
        t->passed += ticks * SHARE_MAX / t->share;
    }
}

uint64_t scheduler_wakes(const struct scheduler *s)
{
    return s->asleep != NULL ? s->asleep->key : UINT64_MAX;
}

/* When the turn that begins now ends. */
static uint64_t end_of_turn(const struct scheduler *s, uint64_t now)
{
    uint64_t end = now + s->slice, wakes = scheduler_wakes(s);
    uint64_t mine = books_process(process_number)->lease;
    end = wakes < end ? wakes : end;
    return mine != 0 && mine < end ? mine : end;
}

struct task *scheduler_turn(struct scheduler *s, enum error *error)
{
    uint64_t now = clock_ticks();
    struct task *t = scheduler_take(s, now);
    if (t == NULL) {
        uint64_t wakes = scheduler_wakes(s);
        *error = process_rest(wakes == UINT64_MAX ? 0 : wakes);
        return NULL;
    }
    ASSERT(s->slice != 0, "scheduler_turn: a turn lasts for a while");
    uint64_t end = end_of_turn(s, now);
    *error = process_hand(t->process, end);
    uint64_t back = clock_ticks();
    scheduler_charge(t, (back < end ? back : end) - now);
    return t;
}
