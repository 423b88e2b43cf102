/* Swap of memory: a page moves from one process to another, or two change
 * places. Contents, ownership and charge go with it; its last holder has
 * nothing left. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/probe.h"
#include "lib/servant.h"

#define VA pages_address(0)
#define RW RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)

static struct space mine;
static struct servant a, b;
static uint64_t entry_a, entry_b, entry_mine;

static uint64_t allowance(const struct servant *servant)
{
    return books_process(servant->child.slot)->allowance;
}

static int expect_word(struct servant *servant, uint64_t expected)
{
    uint64_t value;
    EXPECT("load", servant_load(servant, SERVANT_FREE, &value), PROBE_NONE);
    EXPECT("content", value, expected);
    return 0;
}

/* Fresh pages with a word in them: for me. */
static int fresh(uint64_t word, uint64_t *frame)
{
    EXPECT("fresh", pages_fresh(&mine, VA, frame), OK);
    *(volatile uint64_t *)VA = word;
    EXPECT("entry", pages_entry(&mine, VA, 1, &entry_mine), OK);
    return 0;
}

static int move_to(struct servant *servant, uint64_t entry, uint64_t word,
                   uint64_t *frame)
{
    uint64_t room = allowance(servant);
    TRY(fresh(word, frame));
    uint64_t owned = books_process(process_number)->owned;
    EXPECT("move", op_swap(entry_mine, entry, *frame, RESOURCE_NONE, 0), OK);
    pages_note(&mine, VA, 1, 0);
    EXPECT("mine is gone", probe_load(VA), VECTOR_PAGE);
    EXPECT("owner", books_frame(*frame)->owner, servant->child.slot);
    EXPECT("refs", books_frame(*frame)->refs, 1);
    EXPECT("its allowance", allowance(servant), room - 1);
    EXPECT("what I own", books_process(process_number)->owned, owned - 1);
    TRY(expect_word(servant, word));
    EXPECT("store", servant_store(servant, SERVANT_FREE, word), PROBE_NONE);
    return 0;
}

static int refusals(uint64_t frame_a, uint64_t frame_b)
{
    uint64_t frame;
    STEP("what does not fit is refused");
    TRY(fresh(5, &frame));
    EXPECT("same entry",
           op_swap(entry_mine, entry_mine, frame, RESOURCE_NONE, 0), E_RANGE);
    EXPECT("live", op_swap(entry_mine, entry_a, frame, RESOURCE_NONE, 0),
           E_BUSY);
    EXPECT("not there", op_swap(entry_mine, entry_a, frame + 1, frame_a, 0),
           E_MATCH);
    EXPECT("not there either", op_swap(entry_mine, entry_a, frame, frame_b, 0),
           E_MATCH);
    EXPECT("another level",
           op_swap(entry_mine, entry_name(mine.table, 500), frame,
                   RESOURCE_NONE, 0),
           E_LEVEL);
    EXPECT("a shared page", pages_map(&mine, VA + FRAME_SIZE, frame, 1, RW),
           OK);
    EXPECT("shared", op_swap(entry_mine, entry_a, frame, frame_a, 0), E_SHARED);
    EXPECT("detach", pages_unmap(&mine, VA + FRAME_SIZE, 1), OK);
    EXPECT("somebody else's entries",
           servant_do(&a, OP_SWAP, entry_mine, entry_a, frame, frame_a, 0),
           E_OWNER);
    EXPECT("not accepted",
           servant_do(&a, OP_SWAP, entry_a, entry_b + 1, frame_a, RESOURCE_NONE,
                      0),
           E_OWNER);
    EXPECT("detach", pages_unmap(&mine, VA, 1), OK);
    EXPECT("give", frames_give(frame), OK);
    return 0;
}

static int by_acceptance(uint64_t frame)
{
    uint64_t slot = a.child.slot, value;
    uint64_t word =
        ACCEPT(slot, books_process(slot)->generation, KIND_MEMORY, 1);
    STEP("one process accepts a page, another moves it there");
    EXPECT("post",
           servant_do(&b, OP_UPDATE, entry_b + 1, word,
                      RIGHTS(RIGHT_R, RIGHT_R), 0, 0),
           OK);
    EXPECT(
        "too much",
        servant_do(&a, OP_SWAP, entry_a, entry_b + 1, frame, RESOURCE_NONE, 0),
        E_RIGHTS);
    EXPECT("withdraw",
           servant_do(&b, OP_UPDATE, entry_b + 1, word, RIGHTS_NONE, 0, 0), OK);
    EXPECT("post",
           servant_do(&b, OP_UPDATE, entry_b + 1, word, RIGHTS_PAGE, 0, 0), OK);
    EXPECT(
        "move",
        servant_do(&a, OP_SWAP, entry_a, entry_b + 1, frame, RESOURCE_NONE, 0),
        OK);
    pages_note(&a.child.space, SERVANT_FREE, 1, 0);
    pages_note(&b.child.space, SERVANT_FREE + FRAME_SIZE, 1, frame);
    EXPECT("gone", servant_load(&a, SERVANT_FREE, &value), VECTOR_PAGE);
    EXPECT("there", servant_load(&b, SERVANT_FREE + FRAME_SIZE, &value),
           PROBE_NONE);
    EXPECT("content", value, 222);
    EXPECT("owner", books_frame(frame)->owner, b.child.slot);
    return 0;
}

static int start(struct servant *servant, uint64_t *entry)
{
    EXPECT("start", servant_start(servant, 4, 0), OK);
    EXPECT("entry", pages_entry(&servant->child.space, SERVANT_FREE, 1, entry),
           OK);
    return 0;
}

int main(void)
{
    uint64_t frame_a, frame_b;
    mine = pages_own();
    probe_install();
    TRY(start(&a, &entry_a));
    TRY(start(&b, &entry_b));
    STEP("a page moves from me to each of two children");
    TRY(move_to(&a, entry_a, 111, &frame_a));
    TRY(move_to(&b, entry_b, 222, &frame_b));

    STEP("the two pages change places");
    uint64_t room_a = allowance(&a), room_b = allowance(&b);
    EXPECT("exchange", op_swap(entry_a, entry_b, frame_a, frame_b, 0), OK);
    pages_note(&a.child.space, SERVANT_FREE, 1, frame_b);
    pages_note(&b.child.space, SERVANT_FREE, 1, frame_a);
    EXPECT("owner", books_frame(frame_a)->owner, b.child.slot);
    EXPECT("owner", books_frame(frame_b)->owner, a.child.slot);
    EXPECT("allowance", allowance(&a), room_a);
    EXPECT("allowance", allowance(&b), room_b);
    TRY(expect_word(&a, 222));
    TRY(expect_word(&b, 111));

    TRY(refusals(frame_b, frame_a));
    TRY(by_acceptance(frame_b));
    EXPECT("end", servant_end(&a) != 0, true);
    EXPECT("end", servant_end(&b) != 0, true);
    return 0;
}
