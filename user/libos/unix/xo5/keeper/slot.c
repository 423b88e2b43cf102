/*
 * Unix processes as processes of xo5.
 *
 * Making one: a root that it owns; beneath it, the library OS's GiB, whose
 * tables are the keeper's. Forking: the parent's core and stack are copied, and
 * its tables attached to the child's root, whole GiB, after W has been taken
 * from the parent's entries: so neither can store to what both have.
 *
 * Burying one, in this order: the process is unlinked, so it can never run; its
 * entries are detached, as far as its shadow names them; what it owned is given
 * back, or taken over (reclaim.c); then the slot is freed, which the kernel
 * refuses while the dead still owns anything. Then every frame is looked at.
 *
 * Nothing that the dead wrote is believed: a frame that the shadow names is
 * touched only if the books say that the dead owned it.
 */
#include "libos/unix/xo5/keeper/slot.h"

#include <stddef.h>

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/process.h"
#include "lib/string.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/xo5/keeper/blocks.h"
#include "libos/unix/xo5/keeper/borrowed.h"
#include "libos/unix/xo5/keeper/fault_injection.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/keeper/reclaim.h"
#include "libos/unix/xo5/keeper/shared_table.h"
#include "libos/unix/xo5/shadow.h"

#define TEXT_RIGHTS RIGHTS(RIGHT_R | RIGHT_X, RIGHT_R | RIGHT_X | RIGHT_SHARE)
#define CORE_RIGHTS RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)
#define LIBOS_RIGHTS RIGHTS(RIGHTS_RWX, RIGHTS_RWX)
/* What the next process may own: that part of what is left. More, and a few
 * processes would have promised all; less, and they would borrow at once. */
#define PART 16

static const struct text *libos;
static uint64_t generations;
static uint8_t ended[KEEPER_SLOTS]; /* slots to be buried */
static unsigned ended_count;

/* Frames of tables of each slot: of the one whose entries map a GiB each, the
 * process's; and of the library OS's beneath it, which is the keeper's and
 * stays for the next process of that slot. */
static struct {
    uint64_t root, libos;
} made[KEEPER_SLOTS];

void slot_use(const struct text *text)
{
    libos = text;
}

/* A table that the process owns, beneath an entry of another; 0: none. */
static uint64_t give_table(uint64_t entry, unsigned level, unsigned slot)
{
    uint64_t frame = frames_take(level, KIND_TABLE, slot);
    if (frame != 0 && op_attach(entry, frame, TABLE_WRITABLE, 0, 0) != OK) {
        frames_give(frame);
        frame = 0;
    }
    return frame;
}

/* The table of the library OS's GiB: the text that all have, and the core and
 * the block of that slot. 0: no memory. */
static uint64_t make_libos(unsigned slot)
{
    uint64_t table = frames_take(3, KIND_TABLE, SLOT_INIT);
    bool done = table != 0;
    for (unsigned i = 0; done && i < LIBOS_TEXT_TABLES; i++) {
        done = libos->tables[i] == 0 ||
               op_attach(entry_name(table, i), libos->tables[i], TEXT_RIGHTS, 0,
                         0) == OK;
    }
    done = done &&
           op_attach(entry_name(table, LIBOS_CORE_INDEX),
                     blocks_core_table(slot), CORE_RIGHTS, 0, 0) == OK &&
           op_attach(entry_name(table, LIBOS_BLOCK_INDEX),
                     blocks_block_table(slot), CORE_RIGHTS, 0, 0) == OK;
    return done ? table : 0;
}

/* The library OS's part of its space. */
static bool give_libos(unsigned slot, uint64_t root)
{
    if (made[slot].libos == 0) {
        made[slot].libos = make_libos(slot);
    }
    return made[slot].libos != 0 &&
           op_attach(entry_name(root, LIBOS_INDEX), made[slot].libos,
                     LIBOS_RIGHTS, 0, 0) == OK;
}

/* Makes the process in a free slot, with the library OS and no program; its
 * link says where its root is. 0: there is no slot or no memory. */
static unsigned make(void)
{
    unsigned slot = (unsigned)books_find_slot();
    unsigned depth = (unsigned)books_head()->depth;
    if (slot == 0 || !blocks_make(slot, libos->core_size)) {
        return 0;
    }
    uint64_t top = frames_take(depth, KIND_TABLE, SLOT_INIT), root = top;
    uint64_t share = books_process(SLOT_INIT)->allowance / PART;
    if (top == 0 || op_create(slot, top, blocks_context_frame(slot),
                              ALLOWANCE(share, 0)) != OK) {
        if (top != 0) {
            frames_give(top);
        }
        return 0;
    }
    if (depth > 4) {
        root = give_table(entry_name(top, 0), 4, slot);
    }
    made[slot].root = root;
    if (root == 0 || !give_libos(slot, root)) {
        machine_end(slot);
        return 0;
    }
    return slot;
}

/* What its link tells a new process. */
static void greet(unsigned slot)
{
    blocks_link(slot)->generation = ++generations;
    blocks_link(slot)->frames = frames_next();
}

int slot_make(void)
{
    unsigned slot = make();
    if (slot == 0) {
        return -ENOMEM;
    }
    blocks_fill(slot, libos->data, libos->data_size);
    greet(slot);
    struct address_space *space = blocks_space(slot);
    space->slot = slot;
    space->tables = SPACE_ROOT;
    space->table[SPACE_ROOT].frame = made[slot].root;
    space->table[SPACE_ROOT].level = SPACE_LEVELS;
    space->table[SPACE_ROOT].uses = 1;
    blocks_context(slot)->cpu.rip = libos->entry;
    return (int)slot;
}

/* Both have the program's memory now, and neither may store there before it
 * has tables of its own. */
static bool share_memory(unsigned from, unsigned to)
{
    struct table *here = &blocks_space(from)->table[SPACE_ROOT];
    struct table *there = &blocks_space(to)->table[SPACE_ROOT];
    uint64_t source = made[from].root, root = made[to].root;
    bool done = true;
    for (unsigned i = table_next(here->some, 0); i < LIBOS_INDEX;
         i = table_next(here->some, i + 1)) {
        uint64_t frame = shadow_frame(here->shadows[i]);
        /* The parent's W goes first: at no moment could both store. */
        if (here->shadows[i] & SHADOW_W) {
            done &=
                op_update(entry_name(source, i), frame, TABLE_READONLY) == OK;
        }
        done &= op_attach(entry_name(root, i), frame, TABLE_READONLY,
                          entry_name(source, i), 0) == OK;
        here->shadows[i] &= ~SHADOW_W;
        there->shadows[i] = here->shadows[i];
    }
    there->frame = root;
    return done;
}

static void copy_context(unsigned from, unsigned to)
{
    volatile struct context *there = blocks_context(from);
    volatile struct context *context = blocks_context(to);
    context->entry_fault = there->entry_fault;
    context->entry_event = there->entry_event;
    context->entry_call = there->entry_call;
    context->stack_low = there->stack_low;
    context->stack_high = there->stack_high;
    context->mask = there->mask;
    context->cpu = there->cpu;
}

/* What the library OS has on its stack, which is all in use above rsp. */
static void copy_stack(unsigned from, unsigned to)
{
    uint64_t low = LIBOS_BLOCK + BLOCK_STACK_LOW;
    uint64_t high = LIBOS_BLOCK + BLOCK_STACK_HIGH;
    uint64_t rsp = blocks_context(from)->cpu.rsp;
    if (rsp >= low && rsp <= high) { /* its own word: it may point anywhere */
        uint64_t used = high - rsp;
        memcpy(blocks_stack(to) - used, blocks_stack(from) - used, used);
    }
}

int machine_fork(unsigned from)
{
    unsigned slot = make();
    if (slot == 0) {
        return -ENOMEM;
    }
    if (!blocks_copy(slot, from)) {
        machine_end(slot);
        return -ENOMEM;
    }
    greet(slot);
    blocks_space(slot)->slot = slot;
    if (!share_memory(from, slot)) {
        machine_end(slot);
        return -ENOMEM;
    }
    copy_context(from, slot);
    copy_stack(from, slot);
    fault_injection_forked(slot);
    return (int)slot;
}

void machine_end(unsigned slot)
{
    ended[ended_count++] = (uint8_t)slot;
}

bool slot_has_crashed(unsigned slot)
{
    return books_process(slot)->reason == REASON_FAULT;
}

struct window *machine_window(unsigned slot)
{
    return books_process(slot)->state == PROCESS_LIVE ? blocks_window(slot)
                                                      : NULL;
}

/* ---- the end ------------------------------------------------------------- */

/* Does that dead process own it? */
static bool is_its(unsigned slot, uint64_t frame)
{
    return frame != 0 && frame < books_head()->frames &&
           books_frame(frame)->owner == slot;
}

/* Takes apart its tables of that level: what is shared is left. */
static void bury_tables(unsigned slot, const struct address_space *s,
                        unsigned level)
{
    uint32_t count = blocks_tables(slot);
    for (uint32_t n = SPACE_ROOT; n <= s->tables && n < count; n++) {
        const struct table *t = &s->table[n];
        if (t->level != level || !is_its(slot, t->frame) ||
            books_frame(t->frame)->kind != KIND_TABLE) {
            continue;
        }
        if (level == 1 && t->old != 0 && t->old < count) {
            shared_table_learn(s->table[t->old].frame, t);
        }
        reclaim_table(t);
        for (unsigned i = table_next(t->some, 0); i < TABLE_ENTRIES;
             i = table_next(t->some, i + 1)) {
            if ((level == 1 || superpage_is(t, i)) &&
                is_its(slot, shadow_frame(t->shadows[i]))) {
                reclaim_page(shadow_frame(t->shadows[i]));
            }
        }
    }
}

/* What its space says; a process that lies about it is found out next. */
static void bury_space(unsigned slot)
{
    const struct address_space *s = blocks_space(slot);
    uint64_t root = made[slot].root, top = books_process(slot)->table;
    if (is_its(slot, root)) {
        const struct table *t = &s->table[SPACE_ROOT];
        for (unsigned i = table_next(t->some, 0); i < TABLE_ENTRIES;
             i = table_next(t->some, i + 1)) {
            op_update(entry_name(root, i), shadow_frame(t->shadows[i]),
                      RIGHTS_NONE);
        }
        op_update(entry_name(root, LIBOS_INDEX), made[slot].libos, RIGHTS_NONE);
    }
    /* From above: emptying a directory frees the tables beneath. */
    bury_tables(slot, s, 2);
    bury_tables(slot, s, 1);
    for (uint32_t n = 0; n < s->deferred_count && n < 1000; n++) {
        if (is_its(slot, s->deferred[n])) {
            reclaim_page(s->deferred[n]);
        }
    }
    if (root != top && is_its(slot, root)) {
        op_update(entry_name(top, 0), root, RIGHTS_NONE);
        frames_give(root);
    }
    frames_give(top);
}

/* False if it has more than can be kept in mind: it stays where it is. */
static bool bury(unsigned slot)
{
    uint64_t entry = process_entry(slot), top = books_process(slot)->table;
    if (books_process(slot)->state == PROCESS_LIVE) {
        op_update(entry, top, RIGHTS_NONE); /* from here on it cannot run */
        bury_space(slot);
    }
    reclaim_sweep();
    borrowed_sweep();
    return op_update(entry, RESOURCE_NONE, RIGHTS_NONE) == OK ||
           (reclaim_all(slot) &&
            op_update(entry, RESOURCE_NONE, RIGHTS_NONE) == OK);
}

void slot_bury(void)
{
    static unsigned stay; /* that many of ended[] could not be buried */
    if (ended_count == stay) {
        return;
    }
    stay = 0;
    for (unsigned n = 0; n < ended_count; n++) {
        if (!bury(ended[n])) {
            ended[stay++] = ended[n];
        }
    }
    ended_count = stay;
}

uint64_t slot_frames_left(void)
{
    uint64_t frames = reclaim_sweep() + borrowed_sweep();
    for (uint64_t f = 0; f < books_head()->frames; f += books_size(f)) {
        unsigned owner = books_frame(f)->owner;
        frames += owner > SLOT_INIT && owner < KEEPER_SLOTS ? books_size(f) : 0;
    }
    return frames;
}
