/* A subtree: 4096 pages go to a second process by one operation, and its
 * access to all of them is lowered by one more. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/probe.h"
#include "lib/process.h"

#define COUNT 4096
#define RW (RIGHT_R | RIGHT_W)

static uint64_t number_of(uint64_t page)
{
    return page * page + 17;
}

/* Reads every page, stores in every one, and, when the CPU is back, finds
 * that it may not any more. */
static int child_main(uint64_t word)
{
    volatile uint64_t *at = (volatile uint64_t *)word;
    probe_install();
    for (uint64_t i = 0; i < COUNT; i++) {
        EXPECT("child: a page", at[i * 512], number_of(i));
        at[i * 512 + 1] = i + 1;
    }
    process_yield();
    for (uint64_t i = 0; i < COUNT; i++) {
        EXPECT("child: load", probe_load((uintptr_t)&at[i * 512]), PROBE_NONE);
        EXPECT("child: store", probe_store((uintptr_t)&at[i * 512]),
               VECTOR_PAGE);
    }
    process_yield();
    EXPECT("child: detached", probe_load(word + 99 * FRAME_SIZE), VECTOR_PAGE);
    return 0;
}

static int build(struct space *tree)
{
    uint64_t frame;
    STEP("4096 pages are built into one subtree");
    uint64_t top = frames_take(3, KIND_TABLE, process_number);
    EXPECT("table", top != 0, true);
    *tree = pages_space(top, 3, process_number);
    for (uint64_t i = 0; i < COUNT; i++) {
        EXPECT("fresh", pages_fresh(tree, i * FRAME_SIZE, &frame), OK);
    }
    EXPECT("live", books_frame(top)->live, COUNT / 512);
    return 0;
}

static int see(const struct space *tree)
{
    struct space mine = pages_own();
    volatile uint64_t *at = (volatile uint64_t *)pages_address(0);
    STEP("one entry shows them all to me");
    EXPECT("map",
           pages_map(&mine, pages_address(0), tree->table, 3, RIGHTS_PAGE), OK);
    for (uint64_t i = 0; i < COUNT; i++) {
        at[i * 512] = number_of(i);
    }
    return 0;
}

static int finish(struct child *child)
{
    uint64_t status;
    STEP("one more detaches them all, and the child ends");
    EXPECT("detach", pages_unmap(&child->space, CHILD_SHARED, 3), OK);
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("ended", child_has_ended(child, &status), true);
    EXPECT("status", status, 0);
    EXPECT("taken apart", child_end(child) != 0, true);
    return 0;
}

int main(void)
{
    struct space tree;
    struct child child;
    volatile uint64_t *at = (volatile uint64_t *)pages_address(0);
    TRY(build(&tree));
    TRY(see(&tree));
    STEP("a child is built, and one operation gives it the subtree");
    EXPECT("start", child_start(&child, child_main, CHILD_SHARED, 0, 0), OK);
    EXPECT("console", child_give_console(&child), OK);
    EXPECT("map",
           pages_map(&child.space, CHILD_SHARED, tree.table, 3, RIGHTS(RW, RW)),
           OK);
    EXPECT("refs", books_frame(tree.table)->refs, 2);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("reason", child_reason(&child), REASON_SWAP);
    for (uint64_t i = 0; i < COUNT; i++) {
        EXPECT("what the child stored", at[i * 512 + 1], i + 1);
    }
    STEP("one update makes it read-only for the child, and not for me");
    EXPECT(
        "lower",
        pages_protect(&child.space, CHILD_SHARED, 3, RIGHTS(RIGHT_R, RIGHT_R)),
        OK);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("reason", child_reason(&child), REASON_SWAP);
    at[0] = 1;
    TRY(finish(&child));
    return 0;
}
