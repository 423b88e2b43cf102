/*
 * A child is a copy. The process is made first, empty, so that the frames of
 * what follows are its own from the start: the parent's program, page by page,
 * then a stack and a context. If anything is refused on the way, the child is
 * ended and what was built is given back.
 */
#include "lib/child.h"

#include <stddef.h>

#include "lib/assert.h"
#include "lib/books.h"
#include "lib/console.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/string.h"
#include "lib/upcall.h"

/* GNU ld's own names for where the output's sections begin, and how long
 * they are. */
extern char text_start __asm__(".startof..text");
extern char rodata_start __asm__(".startof..rodata");
extern char data_start __asm__(".startof..data");
extern char bss_start __asm__(".startof..bss");
extern char bss_size __asm__(".sizeof..bss");

/* So that none of the sections is empty. */
static volatile int some_data = 1;

/* Frames beyond the image: the stack, and up to 5 tables for each of three
 * places in the space. */
#define FRAMES_MORE (CHILD_STACK / FRAME_SIZE + 3 * 5)

/* My windows lie in the GiB before pages_address(0): a context of mine for
 * each slot, then the page that is being filled. */
static uint64_t window(uint64_t page)
{
    return pages_address(0) - pages_size(3) + page * FRAME_SIZE;
}

#define SCRATCH PROCESS_MAX

/* Where a child begins, in its own space. */
static void __attribute__((noreturn)) begin(child_program *run, uint64_t word,
                                            uint64_t number)
{
    /* The variables are a copy of the parent's: what they say of him is
     * forgotten before anything is done with it. */
    process_number = number;
    pages_reset();
    upcall_reset();
    process_exit(run(word));
}

/* A page of the child's own at `va`, filled with what I have at `from`. */
static enum error copy_page(struct child *child, uint64_t va, const void *from,
                            unsigned rights)
{
    struct space mine = pages_own();
    uint64_t frame = frames_take(1, KIND_MEMORY, child->slot);
    enum error error;
    if (frame == 0) {
        return E_ALLOWANCE;
    }
    /* First into the child's own table: who frees the child frees all that
     * it has, also when the next step fails. */
    error = pages_map(&child->space, va, frame, 1, RIGHTS(rights, RIGHTS_ALL));
    if (error != OK) {
        frames_give(frame);
        return error;
    }
    if (from == NULL) {
        return OK;
    }
    error = pages_map(&mine, window(SCRATCH), frame, 1, RIGHTS_PAGE);
    if (error != OK) {
        return error;
    }
    memcpy((void *)window(SCRATCH), from, FRAME_SIZE);
    return pages_unmap(&mine, window(SCRATCH), 1);
}

static uintptr_t image_end(void)
{
    return (uintptr_t)&bss_start + (uintptr_t)&bss_size;
}

static enum error copy_image(struct child *child)
{
    for (uintptr_t at = (uintptr_t)&text_start; at < image_end();
         at += FRAME_SIZE) {
        unsigned rights = at < (uintptr_t)&rodata_start ? RIGHT_R | RIGHT_X
                          : at < (uintptr_t)&data_start ? RIGHT_R
                                                        : RIGHT_R | RIGHT_W;
        enum error error = copy_page(child, at, (const void *)at, rights);
        if (error != OK) {
            return error;
        }
    }
    return OK;
}

static enum error make_stack(struct child *child)
{
    enum error error = OK;
    for (uint64_t at = 0; at < CHILD_STACK && error == OK; at += FRAME_SIZE) {
        error = copy_page(child, INIT_STACK_TOP - FRAME_SIZE - at, NULL,
                          RIGHT_R | RIGHT_W);
    }
    return error;
}

/* Maps its context: for itself, and for me. */
static enum error map_context(struct child *child)
{
    struct space mine = pages_own();
    enum error error = pages_map(&child->space, INIT_CONTEXT,
                                 child->context_frame, 1, RIGHTS_PAGE);
    if (error == OK) {
        error = pages_map(&mine, window(child->slot), child->context_frame, 1,
                          RIGHTS_PAGE);
    }
    if (error == OK) {
        child->context = (volatile struct context *)window(child->slot);
    }
    return error;
}

/* Makes the process: empty, and mine to build. */
static enum error make_process(struct child *child, uint64_t frames,
                               uint64_t slots)
{
    unsigned depth = (unsigned)books_head()->depth;
    uint64_t table = frames_take(depth, KIND_TABLE, process_number);
    uint64_t context = frames_take(1, KIND_MEMORY, process_number);
    enum error error = E_ALLOWANCE;
    child->slot = books_find_slot();
    child->context_frame = context;
    child->space = pages_space(table, depth, child->slot);
    child->context = NULL;
    if (child->slot == 0) {
        error = E_BUSY;
        /* Its frames and slots are counted as its own from here on, and taken
     * out of my allowance. */
    } else if (table != 0 && context != 0) {
        error =
            op_create(child->slot, table, context, ALLOWANCE(frames, slots));
    }
    if (error != OK && table != 0) {
        frames_give(table);
    }
    if (error != OK && context != 0) {
        frames_give(context);
    }
    return error;
}

enum error child_start(struct child *child, child_program *run, uint64_t word,
                       uint64_t frames, uint64_t slots)
{
    uint64_t image = (image_end() - (uintptr_t)&text_start) / FRAME_SIZE + 1;
    enum error error = make_process(child, image + FRAMES_MORE + frames, slots);
    if (error != OK) {
        return error;
    }
    error = copy_image(child);
    error = error == OK ? make_stack(child) : error;
    error = error == OK ? map_context(child) : error;
    if (error != OK) {
        child_end(child);
        return error;
    }
    ASSERT(books_process(child->slot)->state == PROCESS_LIVE &&
               books_process(child->slot)->parent == process_number,
           "child_start: a live child of mine");
    /* What it begins with when it gets the CPU first: the kernel loads these
     * registers as if it had been interrupted there. */
    child->context->cpu.rip = (uintptr_t)begin;
    child->context->cpu.rsp = INIT_STACK_TOP - 8;
    child->context->cpu.rdi = (uintptr_t)run;
    child->context->cpu.rsi = word;
    child->context->cpu.rdx = child->slot;
    return OK;
}

enum error child_run(const struct child *child, uint64_t lease)
{
    ASSERT(child->slot != 0 && child->slot != process_number,
           "child_run: a child that was started");
    return (enum error)process_hand(child->slot, lease);
}

unsigned child_reason(const struct child *child)
{
    return books_process(child->slot)->reason;
}

bool child_has_ended(const struct child *child, uint64_t *status)
{
    *status = child->context->status;
    return child_reason(child) == REASON_FAULT &&
           child->context->ended == CONTEXT_ENDED;
}

enum error child_give_group(const struct child *child, uint64_t group)
{
    return op_attach(process_entry(child->slot), group,
                     RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W), 0, 0);
}

enum error child_give_console(const struct child *child)
{
    uint64_t n = process_group(GROUP_PORTS, CONSOLE_PORT);
    return child_give_group(child, RESOURCE_PORTS(n));
}

/* True if the entry is live: `attach` says so before it looks at what it is
 * to attach, which is here no resource at all. */
static bool is_live(uint64_t entry)
{
    return op_attach(entry, books_head()->directory, RIGHTS(RIGHT_R, RIGHT_R),
                     0, 0) == E_BUSY;
}

/* Detaches whatever a live entry holds, by trying all that is attached
 * anywhere, from *candidate on. */
static bool detach_unknown(uint64_t entry, uint64_t *candidate)
{
    uint64_t first = *candidate;
    do {
        *candidate = books_after(*candidate);
        if (books_frame(*candidate)->refs != 0 &&
            op_update(entry, *candidate, RIGHTS_NONE) == OK) {
            return true;
        }
    } while (*candidate != first);
    return false;
}

void child_empty(uint64_t table)
{
    uint64_t candidate = table;
    for (unsigned i = 0; i < TABLE_ENTRIES && books_frame(table)->live; i++) {
        if (is_live(entry_name(table, i))) {
            detach_unknown(entry_name(table, i), &candidate);
        }
    }
}

/* Gives back what a dead process owned; a device becomes mine. */
static void give_one(uint64_t frame)
{
    const volatile struct frame *f = books_frame(frame);
    if (f->kind == KIND_DEVICE) {
        op_alloc(frame, f->level, KIND_DEVICE, process_number);
    } else {
        frames_give(frame);
    }
}

void child_strip(uint64_t slot)
{
    uint64_t end = books_head()->frames, f = 0;
    /* Tables first: a page cannot be given back while an entry holds it, and
     * a table not while it has one. */
    for (uint64_t t = 0; t < end; t++) {
        const volatile struct frame *frame = books_frame(t);
        if (frame->owner == slot && frame->kind == KIND_TABLE) {
            child_empty(t);
        }
    }
    do {
        if (books_frame(f)->owner == slot) {
            give_one(f);
        }
        f = books_after(f);
    } while (f != 0);
}

bool child_bury(struct child *child)
{
    struct space mine = pages_own();
    pages_clear(&child->space);
    if (child->context != NULL) {
        pages_unmap(&mine, window(child->slot), 1);
        child->context = NULL;
    }
    child_strip(child->slot);
    frames_give(child->context_frame);
    return op_update(process_entry(child->slot), RESOURCE_NONE, RIGHTS_NONE) ==
           OK;
}

uint64_t child_end(struct child *child)
{
    uint64_t before = books_process(process_number)->allowance;
    enum error error =
        op_update(process_entry(child->slot), child->space.table, RIGHTS_NONE);
    if (error != OK || !child_bury(child)) {
        return 0;
    }
    ASSERT(books_process(child->slot)->state == PROCESS_FREE,
           "child_end: its slot is free again");
    ASSERT(books_process(process_number)->allowance > before,
           "child_end: what it owned is mine");
    return books_process(process_number)->allowance - before;
}

enum error child_adopt(struct child *child, uint64_t slot)
{
    const volatile struct process *p = books_process(slot);
    child->slot = slot;
    child->context_frame = p->context;
    child->context = NULL;
    child->space = pages_space(p->table, (unsigned)books_head()->depth, slot);
    (void)some_data;
    return op_create(slot, p->table, p->context, ALLOWANCE(0, 0));
}
