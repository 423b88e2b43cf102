/* Superpages: 2 MiB, and 1 GiB where processor and RAM have it, are one
 * resource, one entry, and one charge. */
#include "lib/books.h"
#include "lib/console.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/pages.h"
#include "lib/probe.h"
#include "lib/process.h"

static struct space mine;

static int superpage(unsigned level, uint64_t va)
{
    uint64_t owned = books_process(process_number)->owned;
    uint64_t size = pages_size(level), entry;
    uint64_t frame = frames_take(level, KIND_MEMORY, process_number);
    EXPECT("there is one", frame != 0, true);
    EXPECT("owned", books_process(process_number)->owned,
           owned + books_unit(level));
    EXPECT("not free inside", books_is_free(frame + 9, 1), false);
    EXPECT("alloc inside", op_alloc(frame + 9, 1, KIND_MEMORY, process_number),
           E_BUSY);
    EXPECT("alloc misaligned",
           op_alloc(frame + 9, level, KIND_MEMORY, process_number), E_ALIGN);

    STEP("one entry maps all of it");
    EXPECT("entry", pages_entry(&mine, va, level, &entry), OK);
    EXPECT("a part", op_attach(entry, frame + 1, RIGHTS_PAGE, 0, 0), E_KIND);
    EXPECT("map", pages_map(&mine, va, frame, level, RIGHTS_PAGE), OK);
    EXPECT("refs", books_frame(frame)->refs, 1);
    for (uint64_t at = 0; at < size; at += size / 64) {
        *(volatile uint64_t *)(va + at) = at + 1;
    }
    *(volatile uint64_t *)(va + size - 8) = 77;
    for (uint64_t at = 0; at < size; at += size / 64) {
        EXPECT("a word", *(volatile uint64_t *)(va + at), at + 1);
    }
    EXPECT("beyond", probe_load(va + size), VECTOR_PAGE);

    STEP("one update makes all of it read-only, and one detaches it");
    EXPECT("protect",
           pages_protect(&mine, va, level, RIGHTS(RIGHT_R, RIGHTS_ALL)), OK);
    EXPECT("first", probe_store(va), VECTOR_PAGE);
    EXPECT("last", probe_store(va + size - 8), VECTOR_PAGE);
    EXPECT("load", *(volatile uint64_t *)(va + size - 8), 77);
    EXPECT("detach", pages_unmap(&mine, va, level), OK);
    EXPECT("last", probe_load(va + size - 8), VECTOR_PAGE);
    EXPECT("give", frames_give(frame), OK);
    EXPECT("dirty", books_frame(frame)->kind, KIND_DIRTY);
    EXPECT("unit", books_frame(frame)->level, level);
    return 0;
}

int main(void)
{
    mine = pages_own();
    probe_install();
    STEP("2 MiB are taken");
    TRY(superpage(2, pages_address(0)));
    if (books_head()->page_levels < 3 || books_find_usable(3, 0) == 0) {
        console_print("test: no page of 1 GiB here\n");
        return 0;
    }
    STEP("1 GiB is taken");
    TRY(superpage(3, pages_address(2)));
    return 0;
}
