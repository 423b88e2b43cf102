/* Exercise 5.2, from inside of min. */
#include "abi/context.h"
#include "inside_tests.h"
#include "lib/books.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/fork.h"

static uint64_t frame_of(uint64_t va)
{
    return space_find(va) & HOLD_FRAME;
}

#define PAGES 3 /* in A, and one in B */

static void fill(void)
{
    for (unsigned n = 0; n < PAGES; n++) {
        put(A + n * PAGE, N + n);
    }
    put(B, N + 100);
}

static void child_looks(void)
{
    note((int64_t)*word(A));
    note((int64_t)*word(B));
    inside_look(2);
    finish(0);
}

static void share(void)
{
    fill();
    inside_look(1);
    int64_t slot = start_child(child_looks);
    inside_look(3);
    run_to_end(slot);
}

static void child_stores(void)
{
    inside_look(2);
    note(own(A + PAGE));
    *word(A + PAGE) = N + 899;
    note((int64_t)*word(A + 2 * PAGE));
    inside_look(3);
    finish(0);
}

static void child_page(void)
{
    fill();
    run_to_end(start_child(child_stores));
    note((int64_t)*word(A + PAGE));
    inside_look(4);
}

static void child_reads(void)
{
    note((int64_t)*word(A));
    note((int64_t)*word(A + PAGE));
    inside_look(3);
    finish(0);
}

static void parent_page(void)
{
    fill();
    int64_t slot = start_child(child_reads);
    inside_look(1);
    note(own(A + PAGE));
    *word(A + PAGE) = N + 455;
    inside_look(2);
    run_to_end(slot);
    note((int64_t)*word(A + PAGE));
}

static void alone_again(void)
{
    fill();
    inside_look(1);
    int64_t slot = start_child(child_looks);
    run_to_end(slot);
    process_bury(child_of(slot));
    note(own(A));
    *word(A) = 1;
    inside_look(3);
}

static void child_stores_and_waits(void)
{
    note(own(A + PAGE));
    *word(A + PAGE) = N + 899;
    process_pause();
    note((int64_t)*word(A + 2 * PAGE));
    note((int64_t)*word(A));
    inside_look(3);
    finish(0);
}

/* The child has a table of its own, in which the parent's pages are: the
 * parent's table is only its own again, and its pages are not. */
static void opened(void)
{
    fill();
    int64_t slot = start_child(child_stores_and_waits);
    process_pause();
    note(own(A + 2 * PAGE));
    inside_look(1);
    *word(A + 2 * PAGE) = 1;
    run_to_end(slot);
    note((int64_t)*word(A + PAGE));
}

static void grandchild(void)
{
    note((int64_t)*word(A));
    note(own(A));
    *word(A) = 3;
    note(own(B));
    *word(B) = 4;
    inside_look(3);
    finish(0);
}

static void child_forks(void)
{
    note(own(A + PAGE));
    *word(A + PAGE) = 2;
    int64_t slot = start_child(grandchild);
    run_to_end(slot);
    note((int64_t)*word(A));
    note((int64_t)*word(B));
    inside_look(4);
    process_bury(child_of(slot));
    note(own(A));
    *word(A) = 8;
    inside_look(5);
    space_leave();
    finish(0);
}

static void generations(void)
{
    fill();
    int64_t slot = start_child(child_forks);
    run_to_end(slot);
    note((int64_t)*word(A));
    note((int64_t)*word(A + PAGE));
    process_bury(child_of(slot));
    note(own(A + PAGE));
    inside_look(6);
}

/* The child tries by operations what the page tables do not let it. */
static void child_raises(void)
{
    uint64_t gib = space_entry(space_root, space_index(A, 3));
    uint64_t held = space_frame(space_root, space_index(A, 3));
    note(op_update(gib, held, RIGHTS(RIGHTS_RWX, RIGHTS_RWX | RIGHT_SHARE)));
    note(op_update(gib, held, RIGHTS(RIGHTS_RWX, RIGHTS_RWX)));
    inside_look(2);
    own(A + PAGE);
    struct table *t = space_reach(A);
    uint64_t page = space_entry(t, 0), frame = space_frame(t, 0);
    note(op_update(page, frame, RIGHTS(RW, RW | RIGHT_SHARE)));
    note(op_update(page, frame, RIGHTS(RW, RW)));
    inside_look(3);
    finish(0);
}

static void ceiling(void)
{
    fill();
    run_to_end(start_child(child_raises));
}

static void child_ends(void)
{
    finish(0);
}

static void fork_no_memory(void)
{
    fill();
    use_up(60);
    note(start_child(child_ends));
    note(books_process(space_start()->slot)->children);
    note((int64_t)frame_of(A));
    note(own(A));
    note((int64_t)frame_of(A));
    *word(A) = 11;
    inside_look(1);
}

static void page_no_memory(void)
{
    fill();
    put(A + 0x200000, 1);
    note(start_child(child_ends));
    space_reach(A);
    use_up(0);
    note(own(A));
    note(own(A + 0x200000));
    note(fork_table(space_below(space_root, space_index(A, 3)),
                    space_index(A + 0x200000, 2)) == 0);
    inside_look(1);
}

void test_fork(unsigned n)
{
    switch (n) {
    case 0:
        share();
        break;
    case 1:
        child_page();
        break;
    case 2:
        parent_page();
        break;
    case 3:
        alone_again();
        break;
    case 4:
        opened();
        break;
    case 5:
        generations();
        break;
    case 6:
        ceiling();
        break;
    case 7:
        fork_no_memory();
        break;
    case 8:
        page_no_memory();
        break;
    default:
        break;
    }
}
