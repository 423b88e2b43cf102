/* A device: its registers attached read-only to one process and read-write to
 * another. Loads work in both, a store in one; nobody may run them. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/console.h"
#include "lib/expect.h"
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
    EXPECT("alloc", op_alloc(frame, 1, KIND_MEMORY, process_number), E_BUSY);
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
    return 0;
}
