/* Cleaning: what was used is dirty and cannot be taken until it is full of
 * zeros, 64 KiB at a time. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/pages.h"
#include "lib/process.h"

#define HUGE_SIZE (BOOKS_HUGE * FRAME_SIZE)
#define STEP_FRAMES 16 /* 64 KiB */

static struct space mine;

static void fill(uint64_t va, uint64_t size, uint64_t with)
{
    for (uint64_t i = 0; i < size / 8; i++) {
        ((volatile uint64_t *)va)[i] = with;
    }
}

static bool is_zero(uint64_t va, uint64_t size)
{
    for (uint64_t i = 0; i < size / 8; i++) {
        if (((volatile uint64_t *)va)[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Gives back what is mapped there alone: then it is one dirty unit. */
static int give_back(uint64_t va, uint64_t frame, unsigned level)
{
    EXPECT("detach", pages_unmap(&mine, va, level), OK);
    EXPECT("give", frames_give(frame), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_DIRTY);
    EXPECT("level", books_frame(frame)->level, level);
    return 0;
}

static int clean_page(void)
{
    uint64_t va = pages_address(0), frame;
    STEP("a page that was given back is dirty");
    EXPECT("fresh", pages_fresh(&mine, va, &frame), OK);
    fill(va, FRAME_SIZE, UINT64_MAX);
    TRY(give_back(va, frame, 1));
    EXPECT("cleared", books_frame(frame)->cleared, 0);
    EXPECT("alloc", op_alloc(frame, 1, KIND_MEMORY, process_number), E_KIND);

    STEP("it is cleaned as what it is, and is zero");
    EXPECT("level 2", op_alloc(frame, 2, KIND_FREE, 0), E_LEVEL);
    EXPECT("clean", op_alloc(frame, 1, KIND_FREE, 0), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_FREE);
    EXPECT("clean again", op_alloc(frame, 1, KIND_FREE, 0), E_KIND);
    EXPECT("alloc", op_alloc(frame, 1, KIND_MEMORY, process_number), OK);
    EXPECT("map", pages_map(&mine, va, frame, 1, RIGHTS_PAGE), OK);
    EXPECT("all zero", is_zero(va, FRAME_SIZE), true);
    return give_back(va, frame, 1);
}

static int clean_huge(void)
{
    uint64_t va = pages_address(1);
    uint64_t frame = frames_take(2, KIND_MEMORY, process_number);
    STEP("2 MiB that were given back are one dirty unit");
    EXPECT("there are 2 MiB", frame != 0, true);
    EXPECT("map", pages_map(&mine, va, frame, 2, RIGHTS_PAGE), OK);
    EXPECT("all zero", is_zero(va, HUGE_SIZE), true);
    fill(va, HUGE_SIZE, 0x5a5a5a5a5a5a5a5a);
    TRY(give_back(va, frame, 2));
    EXPECT("alloc 2 MiB", op_alloc(frame, 2, KIND_MEMORY, process_number),
           E_KIND);
    EXPECT("alloc in it", op_alloc(frame + 7, 1, KIND_MEMORY, process_number),
           E_BUSY);

    STEP("MORE comes until all of it is clean");
    EXPECT("level 1", op_alloc(frame, 1, KIND_FREE, 0), E_LEVEL);
    for (unsigned i = 1; i < BOOKS_HUGE / STEP_FRAMES; i++) {
        EXPECT("clean", op_alloc(frame, 2, KIND_FREE, 0), MORE);
        EXPECT("cleared", books_frame(frame)->cleared, i * STEP_FRAMES);
        EXPECT("alloc", op_alloc(frame, 2, KIND_MEMORY, process_number),
               E_KIND);
    }
    EXPECT("clean", op_alloc(frame, 2, KIND_FREE, 0), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_FREE);
    EXPECT("extent", books_extent2(frame), 512);
    EXPECT("found", books_is_free(frame, 2) && books_is_free(frame + 5, 1),
           true);

    STEP("and it is zero");
    EXPECT("alloc", op_alloc(frame, 2, KIND_MEMORY, process_number), OK);
    EXPECT("map", pages_map(&mine, va, frame, 2, RIGHTS_PAGE), OK);
    EXPECT("all zero", is_zero(va, HUGE_SIZE), true);
    return give_back(va, frame, 2);
}

static int clean_table(void)
{
    uint64_t table = frames_take(3, KIND_TABLE, process_number);
    STEP("a table of any level that was given back is one dirty frame");
    EXPECT("there is one", table != 0, true);
    EXPECT("level", books_frame(table)->level, 3);
    EXPECT("give", frames_give(table), OK);
    EXPECT("kind", books_frame(table)->kind, KIND_DIRTY);
    EXPECT("level", books_frame(table)->level, 1);
    EXPECT("clean", frames_clean(table), OK);
    EXPECT("kind", books_frame(table)->kind, KIND_FREE);
    return 0;
}

int main(void)
{
    mine = pages_own();
    TRY(clean_page());
    TRY(clean_huge());
    TRY(clean_table());
    return 0;
}
