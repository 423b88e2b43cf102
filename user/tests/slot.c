/* Slots: one that is used again has another generation, and what was accepted
 * of its last user is not accepted of its next. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/probe.h"
#include "lib/servant.h"

#define VA pages_address(0)
#define RW RIGHTS(RIGHT_R, RIGHT_R | RIGHT_W)

static struct space mine;
static struct servant child;
static uint64_t entry, frame;

/* The child makes a page of its own and attaches it to my entry. */
static uint64_t give(uint64_t rights)
{
    return servant_do(&child, OP_ATTACH, entry, frame, rights, 0, 0);
}

static int start(void)
{
    EXPECT("start", servant_start(&child, 3, 0), OK);
    frame = frames_take(1, KIND_MEMORY, child.child.slot);
    EXPECT("a page of the child's", frame != 0, true);
    return 0;
}

static uint64_t acceptance(uint64_t generation)
{
    return ACCEPT(child.child.slot, generation, KIND_MEMORY, 1);
}

static int old_child(uint64_t *generation)
{
    STEP("without an acceptance a child cannot fill an entry of mine");
    TRY(start());
    *generation = books_process(child.child.slot)->generation;
    EXPECT("entry", pages_entry(&mine, VA, 1, &entry), OK);
    EXPECT("attach", give(RW), E_OWNER);

    STEP("one is posted, and no second, and withdrawn, and posted");
    EXPECT("post", op_update(entry, acceptance(*generation), RW), OK);
    EXPECT("again", op_update(entry, acceptance(*generation + 1), RW), E_BUSY);
    EXPECT("another",
           op_update(entry, acceptance(*generation + 1), RIGHTS_NONE), E_MATCH);
    EXPECT("withdraw", op_update(entry, acceptance(*generation), RIGHTS_NONE),
           OK);
    EXPECT("attach", give(RW), E_OWNER);
    EXPECT("post", op_update(entry, acceptance(*generation), RW), OK);
    EXPECT("end", servant_end(&child) != 0, true);
    return 0;
}

static int new_child(uint64_t old)
{
    uint64_t slot = child.child.slot;
    STEP("the slot's next user is another one");
    TRY(start());
    EXPECT("slot", child.child.slot, slot);
    uint64_t generation = books_process(slot)->generation;
    EXPECT("the same generation", generation == old, false);
    EXPECT("attach", give(RW), E_OWNER);
    EXPECT("nothing there", probe_load(VA), VECTOR_PAGE);
    EXPECT("withdraw", op_update(entry, acceptance(old), RIGHTS_NONE), OK);

    STEP("an acceptance of its own it may use, within the ceiling, once");
    EXPECT("post", op_update(entry, acceptance(generation), RW), OK);
    EXPECT("more than that", give(RIGHTS(RIGHT_R, RIGHT_R | RIGHT_W | RIGHT_X)),
           E_RIGHTS);
    EXPECT("attach", give(RW), OK);
    EXPECT("it is there", probe_load(VA), PROBE_NONE);
    EXPECT("read-only", probe_store(VA), VECTOR_PAGE);
    EXPECT("attach", give(RW), E_BUSY);
    EXPECT("detach", op_update(entry, frame, RIGHTS_NONE), OK);
    EXPECT("used up", give(RW), E_OWNER);
    EXPECT("end", servant_end(&child) != 0, true);
    return 0;
}

int main(void)
{
    uint64_t generation;
    mine = pages_own();
    probe_install();
    TRY(old_child(&generation));
    TRY(new_child(generation));
    return 0;
}
