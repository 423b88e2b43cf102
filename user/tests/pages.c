/* Pages: taken, attached, written, read back, made read-only, run, detached
 * and given back. What an entry forbids faults, and the handler sees it. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/pages.h"
#include "lib/probe.h"
#include "lib/process.h"

#define FIRST pages_address(0)
#define SECOND (FIRST + 0x7000)
#define RW (RIGHT_R | RIGHT_W)

static struct space mine;
static uint64_t frame;

static volatile uint64_t *word(uint64_t va)
{
    return (volatile uint64_t *)va;
}

static int take_and_attach(void)
{
    STEP("a page is taken");
    frame = frames_take(1, KIND_MEMORY, process_number);
    EXPECT("there is one", frame != 0, true);
    EXPECT("kind", books_frame(frame)->kind, KIND_MEMORY);
    EXPECT("level", books_frame(frame)->level, 1);
    EXPECT("owner", books_frame(frame)->owner, process_number);
    EXPECT("refs", books_frame(frame)->refs, 0);
    EXPECT("alloc again", op_alloc(frame, 1, KIND_MEMORY, process_number),
           E_OWNER);

    STEP("it is attached, and is zero, and keeps what is stored");
    EXPECT("attach", pages_map(&mine, FIRST, frame, 1, RIGHTS(RW, RIGHTS_ALL)),
           OK);
    EXPECT("refs", books_frame(frame)->refs, 1);
    for (unsigned i = 0; i < FRAME_SIZE / 8; i++) {
        EXPECT("a word of it", word(FIRST)[i], 0);
        word(FIRST)[i] = i * 0x123456789;
    }
    for (unsigned i = 0; i < FRAME_SIZE / 8; i++) {
        EXPECT("a word of it", word(FIRST)[i], i * 0x123456789);
    }

    STEP("it is lowered to R and raised again, and is still there");
    EXPECT("lower", pages_protect(&mine, FIRST, 1, RIGHTS(RIGHT_R, RIGHTS_ALL)),
           OK);
    EXPECT("a word of it", word(FIRST)[5], 5 * 0x123456789);
    EXPECT("raise", pages_protect(&mine, FIRST, 1, RIGHTS(RW, RIGHTS_ALL)), OK);
    word(FIRST)[5] = 55;
    EXPECT("a word of it", word(FIRST)[5], 55);
    return 0;
}

static int second_address(void)
{
    uint64_t entry;
    STEP("a second entry, read-only, shows the same page");
    EXPECT("attach",
           pages_map(&mine, SECOND, frame, 1, RIGHTS(RIGHT_R, RIGHT_R)), OK);
    EXPECT("refs", books_frame(frame)->refs, 2);
    word(FIRST)[3] = 33;
    EXPECT("word 3", word(SECOND)[3], 33);

    STEP("a store there faults, and the handler is told all of it");
    EXPECT("vector", probe_store(SECOND + 24), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_WRITE | FAULT_USER);
    EXPECT("address", probe_fault.address, SECOND + 24);
    EXPECT("word 3", word(SECOND)[3], 33);

    STEP("a live entry and a wrong name are refused");
    EXPECT("entry", pages_entry(&mine, SECOND, 1, &entry), OK);
    EXPECT("attach", op_attach(entry, frame, RIGHTS_PAGE, 0, 0), E_BUSY);
    EXPECT("update", op_update(entry, frame + 1, RIGHTS_NONE), E_MATCH);
    EXPECT("update", op_update(entry, frame, RIGHTS(RW, RIGHT_R)), E_RIGHTS);
    return 0;
}

static int change_rights(void)
{
    STEP("lowered rights hold at once, and raised ones too");
    EXPECT("lower", pages_protect(&mine, FIRST, 1, RIGHTS(RIGHT_R, RIGHTS_ALL)),
           OK);
    EXPECT("store", probe_store(FIRST), VECTOR_PAGE);
    EXPECT("load", probe_load(FIRST), PROBE_NONE);
    EXPECT("raise", pages_protect(&mine, FIRST, 1, RIGHTS_PAGE), OK);
    EXPECT("store", probe_store(FIRST), PROBE_NONE);

    STEP("only a page with X can be run");
    word(FIRST)[0] = PROBE_CODE;
    EXPECT("run", probe_run(FIRST), VECTOR_PAGE);
    EXPECT("error", probe_fault.error,
           FAULT_PRESENT | FAULT_USER | FAULT_FETCH);
    EXPECT(
        "X",
        pages_protect(&mine, FIRST, 1, RIGHTS(RIGHT_R | RIGHT_X, RIGHTS_ALL)),
        OK);
    EXPECT("run", probe_run(FIRST), PROBE_NONE);
    EXPECT("store", probe_store(FIRST), VECTOR_PAGE);

    STEP("an owner of page and table may raise a ceiling that it lowered");
    EXPECT("lower", pages_protect(&mine, FIRST, 1, RIGHTS(RIGHT_R, RIGHT_R)),
           OK);
    EXPECT("raise", pages_protect(&mine, FIRST, 1, RIGHTS_PAGE), OK);
    return 0;
}

static int detach(void)
{
    STEP("a detached page is gone at once, and still mine");
    EXPECT("load", probe_load(SECOND), PROBE_NONE);
    EXPECT("detach", pages_unmap(&mine, SECOND, 1), OK);
    EXPECT("load", probe_load(SECOND), VECTOR_PAGE);
    EXPECT("error", probe_fault.error, FAULT_USER);
    EXPECT("refs", books_frame(frame)->refs, 1);

    STEP("given back while attached, it goes with its last entry");
    EXPECT("give", frames_give(frame), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_MEMORY);
    EXPECT("flags", books_frame(frame)->flags, FRAME_GIVEN);
    EXPECT("give again", frames_give(frame), E_GIVEN);
    EXPECT("attach", pages_map(&mine, SECOND, frame, 1, RIGHTS_PAGE), E_GIVEN);
    EXPECT("load", probe_load(FIRST), PROBE_NONE);
    EXPECT("detach", pages_unmap(&mine, FIRST, 1), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_DIRTY);
    EXPECT("owner", books_frame(frame)->owner, 0);
    return 0;
}

int main(void)
{
    uint64_t before = books_process(process_number)->owned;
    mine = pages_own();
    probe_install();
    TRY(take_and_attach());
    TRY(second_address());
    TRY(change_rights());
    TRY(detach());
    STEP("the tables go too, and everything adds up");
    EXPECT("clear", pages_clear(&mine), OK);
    EXPECT("owned", books_process(process_number)->owned, before);
    return 0;
}
