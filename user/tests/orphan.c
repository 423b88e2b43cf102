/* Orphans: a parent ends before its child. Its own parent becomes the
 * child's, by create, and takes both apart; all is counted. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/process.h"

#define FRAMES 400

static int grandchild(uint64_t word)
{
    (void)word;
    while (process_yield() == OK) {
    }
    return 1;
}

static int parent(uint64_t word)
{
    struct child child;
    EXPECT("parent: start", child_start(&child, grandchild, 0, 5, 0), OK);
    EXPECT("parent: run", child_run(&child, 0), OK);
    *(volatile uint64_t *)word = child.slot;
    process_yield();
    return 1;
}

static int build(struct child *child, uint64_t va, uint64_t *frame)
{
    struct space mine = pages_own();
    EXPECT("page", pages_fresh(&mine, va, frame), OK);
    EXPECT("start", child_start(child, parent, CHILD_SHARED, FRAMES, 1), OK);
    EXPECT("console", child_give_console(child), OK);
    EXPECT("share",
           pages_map(&child->space, CHILD_SHARED, *frame, 1, RIGHTS_PAGE), OK);
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("reason", child_reason(child), REASON_SWAP);
    return 0;
}

static int round(void)
{
    struct child child, orphan;
    struct space mine = pages_own();
    uint64_t va = pages_address(0), frame;
    TRY(build(&child, va, &frame));
    uint64_t slot = *(volatile uint64_t *)va;
    const volatile struct process *record = books_process(slot);
    EXPECT("its parent", record->parent, child.slot);
    EXPECT("children", books_process(child.slot)->children, 1);
    EXPECT("not mine yet",
           op_update(process_entry(slot), record->table, RIGHTS_NONE), E_OWNER);

    /* Ended, it cannot go: it has a child. */
    EXPECT("end",
           op_update(process_entry(child.slot), child.space.table, RIGHTS_NONE),
           OK);
    EXPECT("state", books_process(child.slot)->state, PROCESS_DEAD);
    EXPECT("bury",
           op_update(process_entry(child.slot), RESOURCE_NONE, RIGHTS_NONE),
           E_BUSY);

    EXPECT("wrong names", op_create(slot, record->table, record->table, 0),
           E_MATCH);
    EXPECT("adopt", child_adopt(&orphan, slot), OK);
    EXPECT("its parent", record->parent, process_number);
    EXPECT("children", books_process(child.slot)->children, 0);
    EXPECT("it runs on", child_run(&orphan, 0), OK);
    EXPECT("end", child_end(&orphan) != 0, true);
    EXPECT("bury", child_bury(&child), true);
    EXPECT("state", books_process(child.slot)->state, PROCESS_FREE);
    EXPECT("detach", pages_unmap(&mine, va, 1), OK);
    EXPECT("give", op_alloc(frame, 1, KIND_FREE, 0), OK);
    return 0;
}

int main(void)
{
    struct expect_books before;
    STEP("a grandchild is adopted when its parent has ended");
    return expect_counted(round, &before);
}
