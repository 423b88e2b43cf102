/* A child's life: built, run, back by a swap, run on, ended, taken apart. All
 * frames, slots and records are then what they were. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"

static int child_main(uint64_t word)
{
    for (uint64_t i = 0; i < 10; i++) {
        EXPECT("child: yield", process_yield(), OK);
    }
    return (int)word + (int)process_number;
}

static int forever(uint64_t word)
{
    (void)word;
    while (process_yield() == OK) {
    }
    return 1;
}

/* A page of its own, at an address of its own: its parent knows nothing. */
static int maps_itself(uint64_t word)
{
    struct space mine = pages_own();
    uint64_t frame;
    for (uint64_t i = 0; i < word; i++) {
        EXPECT("child: fresh",
               pages_fresh(&mine, pages_address(0) + i * FRAME_SIZE, &frame),
               OK);
        *(volatile uint64_t *)(pages_address(0) + i * FRAME_SIZE) = i;
    }
    return 0;
}

static int live_and_die(void)
{
    struct child child;
    uint64_t status;
    EXPECT("start", child_start(&child, child_main, 40, 0, 0), OK);
    const volatile struct process *record = books_process(child.slot);
    EXPECT("state", record->state, PROCESS_LIVE);
    EXPECT("parent", record->parent, process_number);
    EXPECT("table", record->table, child.space.table);
    EXPECT("context", record->context, child.context_frame);
    for (unsigned i = 0; i < 10; i++) {
        EXPECT("run", child_run(&child, 0), OK);
        EXPECT("reason", child_reason(&child), REASON_SWAP);
        EXPECT("running", record->running, 0);
    }
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("status", status, 40 + child.slot);
    EXPECT("end", child_end(&child) != 0, true);
    EXPECT("state", record->state, PROCESS_FREE);
    return 0;
}

static int end_while_waiting(void)
{
    struct child child;
    EXPECT("start", child_start(&child, forever, 0, 0, 0), OK);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("end", child_end(&child) != 0, true);
    EXPECT("run", child_run(&child, 0), E_MATCH);
    return 0;
}

static int unknown_pages(uint64_t pages)
{
    struct child child;
    uint64_t status;
    EXPECT("start", child_start(&child, maps_itself, pages, pages + 8, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("ended", child_has_ended(&child, &status), true);
    EXPECT("status", status, 0);
    EXPECT("end", child_end(&child) != 0, true);
    return 0;
}

/* What create refuses, beside what builds a child all the time. */
static int refusals(void)
{
    unsigned depth = (unsigned)books_head()->depth;
    uint64_t table = frames_take(depth, KIND_TABLE, process_number);
    uint64_t low = frames_take(2, KIND_TABLE, process_number);
    uint64_t context = frames_take(1, KIND_MEMORY, process_number);
    uint64_t slot = books_find_slot();
    uint64_t all = books_process(process_number)->allowance;
    EXPECT("slot 0", op_create(0, table, context, 0), E_RANGE);
    EXPECT("slot 256", op_create(PROCESS_MAX, table, context, 0), E_RANGE);
    EXPECT("my slot", op_create(process_number, table, context, 0), E_BUSY);
    EXPECT("no table", op_create(slot, context, context, 0), E_KIND);
    EXPECT("a low table", op_create(slot, low, context, 0), E_KIND);
    EXPECT("no context", op_create(slot, table, low, 0), E_KIND);
    EXPECT("my context",
           op_create(slot, table, books_process(process_number)->context, 0),
           E_BUSY);
    EXPECT("all and one more", op_create(slot, table, context, all + 1),
           E_ALLOWANCE);
    EXPECT("too many slots",
           op_create(slot, table, context, ALLOWANCE(0, PROCESS_MAX)),
           E_ALLOWANCE);
    EXPECT("give", frames_give(table) | frames_give(low) | frames_give(context),
           OK);
    return 0;
}

int main(void)
{
    struct expect_books before;
    STEP("once, so that my own tables for it are there");
    TRY(expect_counted(live_and_die, &before));
    STEP("a child that never ends is ended");
    TRY(end_while_waiting());
    STEP("a child that mapped what its parent does not know");
    TRY(unknown_pages(100));
    STEP("create refuses what it should");
    TRY(refusals());
    STEP("and everything is counted");
    return expect_same(before);
}
