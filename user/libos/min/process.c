/*
 * A child is built by hand, with the five operations and nothing else: an empty
 * process; its tables; the library OS's text and the image, which all share;
 * then its core, a copy of my variables in which only its own name is another.
 * It wakes in enter_child, as if it had called fork itself.
 *
 *   top -> root -+-> program's GiBs      shared, copy-on-write (fork.c)
 *                +-> LAUNCH_INDEX: directory -+-> text   everybody's
 *                |                            +-> core   variables, context
 *                |                            +-> own    pipes, children
 *                +-> LAUNCH_IMAGE_INDEX       everybody's
 *
 * There is no scheduler. Who waits gives each of his children a turn and then
 * hands the CPU back to whoever gave it: the tree of processes is the run
 * queue.
 */
#include "libos/min/process.h"

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/calls.h"
#include "libos/min/fork.h"
#include "libos/min/pipe.h"
#include "libos/min/space.h"
#include "libos/min/strip.h"

#define ALL (RIGHTS_RWX | RIGHT_SHARE)
#define OPEN RIGHTS(RIGHTS_RWX, ALL)
#define READ_ONLY RIGHTS(RIGHT_R | RIGHT_X, RIGHT_R | RIGHT_X | RIGHT_SHARE)
#define WRITABLE RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)

struct child process_children[CHILDREN];
struct registers process_program;

/* enter.S: the child's first instruction, and the ways in. */
void enter_child(void);
void enter_fault(void);
void enter_call(void);

/* What stays in a child of the variables ends here; min.ld has it. */
extern uint8_t variables_end[] __attribute__((visibility("hidden")));

static uint8_t vectors[512] __attribute__((aligned(16))); /* fxsave's */
static uint64_t thread_base;

unsigned process_self(void)
{
    return (unsigned)space_start()->slot;
}

unsigned process_parent(void)
{
    return books_process(space_start()->slot)->parent;
}

/* ---- the CPU ------------------------------------------------------------- */

static enum error hand(uint64_t slot)
{
    return op_swap(process_entry(SLOT_RUNNING), process_entry(slot),
                   books_process(space_start()->slot)->table,
                   books_process(slot)->table, 0);
}

/* Where I see a child's context. */
static volatile struct context *context_of(const struct child *c)
{
    return space_own_page(OWN_CHILDREN + (unsigned)(c - process_children));
}

/* One turn of a child; why it is back is in the books. */
static void run(struct child *c)
{
    /* It has ended if it faulted on purpose (process_stop) or by itself; its
     * context, a page of mine, says which. */
    if (hand(c->slot) != OK || books_process(c->slot)->reason == REASON_FAULT) {
        c->has_ended = true;
        c->status = context_of(c)->ended == CONTEXT_ENDED
                        ? (int)context_of(c)->status
                        : SIGSEGV;
    }
}

void process_pause(void)
{
    for (unsigned k = 0; k < CHILDREN; k++) {
        struct child *c = &process_children[k];
        if (c->slot != 0 && !c->has_ended) {
            run(c);
        }
    }
    hand(books_process(space_start()->slot)->giver);
}

/* ---- making a child ------------------------------------------------------ */

/* A table that the child owns, in an empty entry; 0: no memory. */
static uint32_t give_table(uint64_t entry, unsigned level, uint32_t slot)
{
    uint64_t frame = frames_take(level, KIND_TABLE, slot);
    if (frame != 0 && op_attach(entry, frame, OPEN, 0, 0) != OK) {
        frames_give(frame);
        frame = 0;
    }
    return (uint32_t)frame;
}

/* The process itself, with half of what I have left. 0, or -errno. */
static int make_process(struct child *c)
{
    const volatile struct process *me = books_process(space_start()->slot);
    unsigned depth = (unsigned)books_head()->depth;
    unsigned own = OWN_CHILDREN + (unsigned)(c - process_children);
    uint64_t slot = books_find_slot();
    if (slot == 0 || me->slots == 0) {
        return -EAGAIN;
    }
    /* Both must be mine when create is called; the table is the child's from
     * then on, and the context stays mine to look into. */
    c->top = (uint32_t)frames_take(depth, KIND_TABLE, space_start()->slot);
    c->context = c->top == 0 ? 0 : space_page();
    if (c->context == 0 ||
        !space_attach(space_own, own, c->context, RIGHT_R | RIGHT_W, 0, 0)) {
        return -ENOMEM;
    }
    if (op_create(slot, c->top, c->context,
                  ALLOWANCE(me->allowance / 2, (me->slots - 1) / 2)) != OK) {
        return -EAGAIN;
    }
    c->slot = (uint32_t)slot;
    return 0;
}

/* Its tables, the text and the image. */
static bool give_tables(struct child *c)
{
    const struct launch_start *start = space_start();
    uint64_t mine = start->directory;
    /* With five levels there is one table more above root, and all of user
     * space that we use is in its first entry. */
    bool deep = books_head()->depth > 4;
    c->root = deep ? give_table(entry_name(c->top, 0), 4, c->slot) : c->top;
    if (c->root == 0 ||
        (c->directory =
             give_table(entry_name(c->root, LAUNCH_INDEX), 3, c->slot)) == 0 ||
        (c->own = give_table(entry_name(c->directory, LAUNCH_OWN_ENTRY), 2,
                             c->slot)) == 0) {
        return false;
    }
    return op_attach(entry_name(c->directory, LAUNCH_TEXT_ENTRY), start->text,
                     READ_ONLY, entry_name(mine, LAUNCH_TEXT_ENTRY), 0) == OK &&
           op_attach(entry_name(c->root, LAUNCH_IMAGE_INDEX),
                     start->image_table, READ_ONLY,
                     space_entry(space_root, LAUNCH_IMAGE_INDEX), 0) == OK;
}

/* Its core, which I see at WINDOW until it is built. */
static bool give_core(struct child *c)
{
    c->core = (uint32_t)frames_take(2, KIND_TABLE, space_start()->slot);
    if (c->core == 0 ||
        op_attach(entry_name(c->directory, LAUNCH_CORE_ENTRY), c->core,
                  WRITABLE, 0, 0) != OK ||
        op_attach(entry_name(space_start()->directory, LAUNCH_WINDOW_ENTRY),
                  c->core, WRITABLE, 0, 0) != OK) {
        return false;
    }
    for (unsigned n = 0; n < space_start()->core_pages; n++) {
        uint32_t frame = n == 0 ? c->context : space_page();
        if (frame == 0 ||
            op_attach(entry_name(c->core, n), frame, WRITABLE, 0, 0) != OK) {
            return false;
        }
        c->pages[n] = frame;
    }
    return true;
}

/* Where the child's variable will be, as I see it now. */
static void *in_child(const void *variable)
{
    return (uint8_t *)LAUNCH_WINDOW + ((uintptr_t)variable - LAUNCH_CORE);
}

/* Does any of `count` entries of the table, from `first` on, hold something? */
static bool holds_any(const struct table *t, unsigned first, unsigned count)
{
    unsigned i = first;
    while (i < first + count && t->holds[i] == 0) {
        i++;
    }
    return i < first + count;
}

/* What it finds in its core: my variables, but for who it is. */
static bool fill_core(const struct child *c)
{
    struct launch_start *start = in_child(space_start());
    struct table *tables = in_child(space_tables);
    /* All variables at once, then those that name the process: whatever is
     * added to min later is inherited without a line here. */
    memcpy(start, space_start(), (uintptr_t)variables_end - LAUNCH_START);
    start->slot = c->slot;
    start->top = c->top;
    start->root = c->root;
    start->directory = c->directory;
    start->own = c->own;
    memset(in_child(process_children), 0, sizeof(process_children));
    memset(tables, 0, 2 * sizeof(*tables));
    tables[0].frame = c->root;
    tables[0].level = 3;
    tables[0].holds[LAUNCH_IMAGE_INDEX] = (uint32_t)start->image_table;
    tables[1].frame = c->own;
    tables[1].level = 1;
    /* fork's answer in the child. */
    ((struct registers *)in_child(&process_program))->rax = 0;
    return (!holds_any(space_root, 0, LAUNCH_INDEX) ||
            fork_share(&tables[0])) &&
           (!holds_any(space_own, OWN_PIPES, PIPES * PIPE_PAGES) ||
            pipe_inherit(&tables[1]));
}

/* The groups that I have: the console's, and the debug channel's. */
static void give_groups(const struct child *c)
{
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        if (books_group(n)->kind == GROUP_PORTS) {
            op_attach(process_entry(c->slot), RESOURCE_PORTS(n), WRITABLE, 0,
                      0);
        }
    }
}

static void set_context(const struct child *c)
{
    volatile struct context *there = context_of(c);
    const volatile struct context *here = (struct context *)LAUNCH_CONTEXT;
    there->entry_fault = (uintptr_t)enter_fault;
    there->entry_call = (uintptr_t)enter_call;
    there->stack_low = here->stack_low;
    there->stack_high = here->stack_high;
    there->cpu.rip = (uintptr_t)enter_child;
}

static struct child *free_child(void)
{
    for (unsigned k = 0; k < CHILDREN; k++) {
        if (process_children[k].slot == 0) {
            memset(&process_children[k], 0, sizeof(struct child));
            return &process_children[k];
        }
    }
    return 0;
}

int process_fork(void)
{
    struct child *c = free_child();
    if (c == 0) {
        return -EAGAIN;
    }
    /* The kernel lets no register pass between processes: what the child is
     * to have goes as variables. */
    __asm__ volatile("fxsave64 %0" : "=m"(vectors));
    __asm__ volatile("rdfsbase %0" : "=r"(thread_base));
    int error = make_process(c);
    bool done = error == 0 && give_tables(c) && give_core(c) && fill_core(c);
    if (c->core != 0) {
        op_update(entry_name(space_start()->directory, LAUNCH_WINDOW_ENTRY),
                  c->core, RIGHTS_NONE);
    }
    /* Whatever has been made so far is found in *c; the rest is 0. */
    if (!done) {
        process_bury(c);
        return error != 0 ? error : -ENOMEM;
    }
    give_groups(c);
    set_context(c);
    return (int)c->slot;
}

/* The child's first steps, on its stack; enter.S. */
void process_begin_child(void);
void process_begin_child(void)
{
    __asm__ volatile("fxrstor64 %0" : : "m"(vectors));
    __asm__ volatile("wrfsbase %0" : : "r"(thread_base) : "memory");
    space_inherit();
}

/* ---- the end ------------------------------------------------------------- */

static void detach(uint64_t table, unsigned i, uint64_t resource)
{
    if (table != 0 && resource != 0) {
        op_update(entry_name(table, i), resource, RIGHTS_NONE);
    }
}

static void give(uint64_t frame)
{
    if (frame != 0) {
        frames_give(frame);
    }
}

/* The core, which is mine. */
static void bury_core(struct child *c)
{
    detach(c->directory, LAUNCH_CORE_ENTRY, c->core);
    /* Page 0 is the context, which the record still names: it goes with the
     * entry of mine that shows it. */
    for (unsigned n = 0; n < CORE_PAGES; n++) {
        detach(c->core, n, c->pages[n]);
        if (n > 0) {
            give(c->pages[n]);
        }
    }
    give(c->core);
}

void process_bury(struct child *c)
{
    const struct launch_start *start = space_start();
    /* From the directory first: from here on it is dead, and what it had can
     * be taken apart. The second update, at the end, frees the slot, which
     * needs that nothing is left. */
    if (c->slot != 0) {
        op_update(process_entry(c->slot), c->top, RIGHTS_NONE);
    }
    bury_core(c);
    detach(c->directory, LAUNCH_TEXT_ENTRY, start->text);
    detach(c->directory, LAUNCH_OWN_ENTRY, c->own);
    detach(c->root, LAUNCH_IMAGE_INDEX, start->image_table);
    detach(c->root, LAUNCH_INDEX, c->directory);
    give(c->own);
    give(c->directory);
    if (c->root != c->top) {
        detach(c->top, 0, c->root);
        give(c->root);
    }
    give(c->top);
    space_detach(space_own, OWN_CHILDREN + (unsigned)(c - process_children));
    if (c->slot != 0 &&
        op_update(process_entry(c->slot), RESOURCE_NONE, RIGHTS_NONE) != OK) {
        strip_process(c->slot);
    }
    c->slot = 0;
    space_sweep();
}

/* A fault that nobody takes is the end; the parent finds the rest here. */
void process_stop(int status)
{
    volatile struct context *context = (struct context *)LAUNCH_CONTEXT;
    context->entry_fault = 0;
    context->status = (uint64_t)(unsigned)status;
    context->ended = CONTEXT_ENDED;
    for (;;) {
        __asm__ volatile("ud2");
    }
}

void process_end(int status)
{
    space_leave();
    process_stop(status);
}

void process_die(int signal)
{
    call_exit(signal);
}
