/* Claiming: a page that its owner gave back while another process still has
 * it belongs to that one when it claims it, as its last sharer. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"
#include "lib/probe.h"
#include "lib/servant.h"

#define VA pages_address(0)

static struct servant child;
static struct space mine;

static uint64_t claim(uint64_t frame, uint64_t entry)
{
    return servant_do(&child, OP_ALLOC, frame, 1, KIND_MEMORY, entry, 0);
}

static int share(uint64_t *frame, uint64_t *entry, uint64_t *entry_of_mine)
{
    STEP("I share a page of mine with a child");
    EXPECT("fresh", pages_fresh(&mine, VA, frame), OK);
    *(volatile uint64_t *)VA = 4711;
    EXPECT("share",
           pages_map(&child.child.space, SERVANT_FREE, *frame, 1,
                     RIGHTS(RIGHT_R, RIGHT_R | RIGHT_W)),
           OK);
    EXPECT("entry", pages_entry(&child.child.space, SERVANT_FREE, 1, entry),
           OK);
    EXPECT("mine", pages_entry(&mine, VA, 1, entry_of_mine), OK);
    EXPECT("refs", books_frame(*frame)->refs, 2);
    return 0;
}

static int refusals(uint64_t frame, uint64_t entry, uint64_t entry_of_mine)
{
    STEP("it cannot be claimed before it is given back, nor while shared");
    EXPECT("too early", claim(frame, entry), E_GIVEN);
    EXPECT("give", frames_give(frame), OK);
    EXPECT("flags", books_frame(frame)->flags, FRAME_GIVEN);
    EXPECT("shared", claim(frame, entry), E_SHARED);
    EXPECT("detach", pages_unmap(&mine, VA, 1), OK);
    EXPECT("refs", books_frame(frame)->refs, 1);

    STEP("nor by who cannot edit the entry, nor by another entry");
    EXPECT("my entry", claim(frame, entry_of_mine), E_OWNER);
    EXPECT("another entry", claim(frame, entry + 1), E_MATCH);
    EXPECT("another level",
           servant_do(&child, OP_ALLOC, frame, 2, KIND_MEMORY, entry, 0),
           E_LEVEL);
    EXPECT("another kind",
           servant_do(&child, OP_ALLOC, frame, 1, KIND_TABLE, entry, 0),
           E_KIND);
    return 0;
}

int main(void)
{
    const volatile struct process *me = books_process(process_number);
    uint64_t frame, entry, entry_of_mine, value;
    mine = pages_own();
    EXPECT("start", servant_start(&child, 3, 0), OK);
    const volatile struct process *it = books_process(child.child.slot);
    TRY(share(&frame, &entry, &entry_of_mine));
    TRY(refusals(frame, entry, entry_of_mine));

    STEP("the last sharer claims it, and its charge");
    uint64_t owned = me->owned, allowance = it->allowance;
    EXPECT("claim", claim(frame, entry), OK);
    EXPECT("owner", books_frame(frame)->owner, child.child.slot);
    EXPECT("flags", books_frame(frame)->flags, 0);
    EXPECT("I own", me->owned, owned - 1);
    EXPECT("it may still own", it->allowance, allowance - 1);
    EXPECT("load", servant_load(&child, SERVANT_FREE, &value), PROBE_NONE);
    EXPECT("content", value, 4711);
    EXPECT("again", claim(frame, entry), E_GIVEN);

    STEP("and may use it as its own");
    EXPECT("store", servant_store(&child, SERVANT_FREE, 1), VECTOR_PAGE);
    EXPECT("raise",
           servant_do(&child, OP_UPDATE, entry, frame, RIGHTS_PAGE, 0, 0), OK);
    EXPECT("store", servant_store(&child, SERVANT_FREE, 1), PROBE_NONE);
    EXPECT("end", servant_end(&child) != 0, true);
    EXPECT("kind", books_frame(frame)->kind, KIND_DIRTY);
    return 0;
}
