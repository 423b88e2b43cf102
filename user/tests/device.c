/* A device: its registers attached read-only to one process and read-write to
 * another. Loads work in both, a store in one; nobody may run them. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/console.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/probe.h"
#include "lib/process.h"

#define RW (RIGHT_R | RIGHT_W)

/* Stores what is there, so that the device does not mind. */
static uint64_t store_same(uint64_t va)
{
    return PROBE("movl (%0), %%eax\n\tmovl %%eax, (%0)", "b"(va));
}

static uint64_t load32(uint64_t va)
{
    return PROBE("movl (%0), %%eax", "b"(va));
}

static int child_main(uint64_t va)
{
    probe_install();
    EXPECT("child: load", load32(va), PROBE_NONE);
    EXPECT("child: store", store_same(va), PROBE_NONE);
    process_yield();
    EXPECT("child: load when lowered", load32(va), PROBE_NONE);
    EXPECT("child: store when lowered", store_same(va), VECTOR_PAGE);
    return 0;
}

static int device_of_mine(uint64_t frame, unsigned level, struct space *mine)
{
    uint64_t va = pages_address(0);
    STEP("a device is a resource of init's");
    EXPECT("kind", books_frame(frame)->kind, KIND_DEVICE);
    EXPECT("owner", books_frame(frame)->owner, process_number);
    STEP("nobody may run it, make memory of it, or give it back");
    EXPECT("X",
           pages_map(mine, va, frame, level,
                     RIGHTS(RIGHT_R | RIGHT_X, RIGHTS_RWX)),
           E_RIGHTS);
    EXPECT("X in the ceiling",
           pages_map(mine, va, frame, level, RIGHTS(RIGHT_R, RIGHTS_RWX)),
           E_RIGHTS);
    EXPECT("alloc", op_alloc(frame, 1, KIND_MEMORY, process_number), E_KIND);
    EXPECT("give", op_alloc(frame, level, KIND_FREE, 0), E_KIND);

    STEP("attached read-only it can be loaded from, not stored to");
    EXPECT("map", pages_map(mine, va, frame, level, RIGHTS(RIGHT_R, RIGHT_R)),
           OK);
    EXPECT("load", load32(va), PROBE_NONE);
    EXPECT("store", store_same(va), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_WRITE | FAULT_USER);
    return 0;
}

static int device_of_child(uint64_t frame, unsigned level, struct child *child)
{
    uint64_t status;
    STEP("attached read-write to a child, that one may store");
    EXPECT("start", child_start(child, child_main, CHILD_SHARED, 0, 0), OK);
    EXPECT("console", child_give_console(child), OK);
    EXPECT("map",
           pages_map(&child->space, CHILD_SHARED, frame, level, RIGHTS(RW, RW)),
           OK);
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("reason", child_reason(child), REASON_SWAP);
    EXPECT("my store", store_same(pages_address(0)), VECTOR_PAGE);

    STEP("its access is lowered");
    EXPECT("lower",
           pages_protect(&child->space, CHILD_SHARED, level,
                         RIGHTS(RIGHT_R, RIGHT_R)),
           OK);
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("ended", child_has_ended(child, &status), true);
    EXPECT("status", status, 0);
    EXPECT("end", child_end(child) != 0, true);
    EXPECT("refs", books_frame(frame)->refs, 1);
    return 0;
}

/* A process without anything but a table that I can put the device into. */
static int bare_process(struct child *child, uint64_t *table)
{
    unsigned depth = (unsigned)books_head()->depth;
    uint64_t top = frames_take(depth, KIND_TABLE, process_number);
    uint64_t context = frames_take(1, KIND_MEMORY, process_number);
    child->slot = books_find_slot();
    child->context_frame = context;
    child->space = pages_space(top, depth, child->slot);
    EXPECT("create", op_create(child->slot, top, context, ALLOWANCE(2, 0)), OK);
    *table = frames_take(2, KIND_TABLE, child->slot);
    EXPECT("table", *table != 0, true);
    return 0;
}

/* A child that owns a device ends: the next user of its slot must not have
 * it by that. */
static int device_after_death(uint64_t frame, struct space *mine)
{
    struct child child;
    uint64_t from = 0, table = 0;
    STEP("a device moves to a child");
    TRY(bare_process(&child, &table));
    uint64_t slot = child.slot, entry = process_entry(slot);
    EXPECT("from", pages_entry(mine, pages_address(0), 1, &from), OK);
    EXPECT("move", op_swap(from, entry_name(table, 0), frame, RESOURCE_NONE, 0),
           OK);
    pages_note(mine, pages_address(0), 1, 0);
    EXPECT("owner", books_frame(frame)->owner, slot);

    STEP("a slot whose last user still owns a device is no free slot");
    EXPECT("end", op_update(entry, child.space.table, RIGHTS_NONE), OK);
    EXPECT("detach", op_update(entry_name(table, 0), frame, RIGHTS_NONE), OK);
    EXPECT("give", frames_give(table), OK);
    EXPECT("give", frames_give(child.space.table), OK);
    enum error buried = op_update(entry, RESOURCE_NONE, RIGHTS_NONE);
    EXPECT("buried, and owner of a device",
           buried == OK && books_frame(frame)->owner == slot, false);
    EXPECT("take over", op_alloc(frame, 1, KIND_DEVICE, process_number), OK);
    EXPECT("bury", op_update(entry, RESOURCE_NONE, RIGHTS_NONE), OK);
    EXPECT("owner", books_frame(frame)->owner, process_number);
    EXPECT("give", frames_give(child.context_frame), OK);
    return 0;
}

int main(void)
{
    struct child child;
    struct space mine = pages_own();
    uint64_t frame = books_head()->device[0].start;
    probe_install();
    STEP("the books list devices");
    EXPECT("some", books_head()->devices != 0, true);
    for (uint64_t i = 0; i < books_head()->devices; i++) {
        const volatile struct device *d = &books_head()->device[i];
        console_print("test: device %8lx to %8lx, id %8lx\n", d->start, d->end,
                      d->id);
    }
    unsigned level = books_frame(frame)->level;
    TRY(device_of_mine(frame, level, &mine));
    TRY(device_of_child(frame, level, &child));
    if (level == 1) {
        TRY(device_after_death(frame, &mine));
    }
    return 0;
}
