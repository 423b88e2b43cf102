/* Batches: up to 32 operations by one system call, each as by itself; it stops
 * at the first that does not answer OK, and says which. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/pages.h"
#include "lib/process.h"

static uint64_t frames[BATCH_MAX / 2];

static void put(unsigned n, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
                uint64_t d)
{
    volatile struct batch_call *call = &process_context()->batch[n];
    call->number = number;
    call->a = a;
    call->b = b;
    call->c = c;
    call->d = d;
    call->e = 0;
}

/* 16 pages are taken, and each attached. */
static int full(const struct space *mine)
{
    struct batch_answer answer;
    uint64_t entry, from = 0;
    EXPECT("tables", pages_entry(mine, pages_address(0), 1, &entry), OK);
    for (unsigned i = 0; i < BATCH_MAX / 2; i++) {
        frames[i] = books_find_usable(1, from);
        from = frames[i] + 1;
        if (books_frame(frames[i])->kind == KIND_DIRTY) {
            EXPECT("clean", frames_clean(frames[i]), OK);
        }
        EXPECT("entry",
               pages_entry(mine, pages_address(0) + i * FRAME_SIZE, 1, &entry),
               OK);
        put(2 * i, OP_ALLOC, frames[i], 1, KIND_MEMORY, process_number);
        put(2 * i + 1, OP_ATTACH, entry, frames[i], RIGHTS_PAGE, 0);
    }
    process_context()->batch_count = BATCH_MAX;
    answer = operation_batch();
    EXPECT("answer", answer.last, OK);
    EXPECT("how many", answer.done, BATCH_MAX);
    for (unsigned i = 0; i < BATCH_MAX / 2; i++) {
        EXPECT("owner", books_frame(frames[i])->owner, process_number);
        *(volatile uint64_t *)(pages_address(0) + i * FRAME_SIZE) = i;
    }
    return 0;
}

static int stops(const struct space *mine)
{
    struct batch_answer answer;
    uint64_t entry;
    for (unsigned i = 0; i < 4; i++) {
        EXPECT("entry",
               pages_entry(mine, pages_address(0) + i * FRAME_SIZE, 1, &entry),
               OK);
        put(i, OP_UPDATE, entry, frames[i] + (i == 2), RIGHTS_NONE, 0);
    }
    process_context()->batch_count = 4;
    answer = operation_batch();
    EXPECT("answer", answer.last, E_MATCH);
    EXPECT("how many", answer.done, 2);
    EXPECT("the first", books_frame(frames[0])->refs, 0);
    EXPECT("the second", books_frame(frames[1])->refs, 0);
    EXPECT("the one that failed", books_frame(frames[2])->refs, 1);
    EXPECT("the one after it", books_frame(frames[3])->refs, 1);
    return 0;
}

static int strange(void)
{
    struct batch_answer answer;
    process_context()->batch_count = 0;
    answer = operation_batch();
    EXPECT("none: answer", answer.last, OK);
    EXPECT("none: how many", answer.done, 0);
    put(0, OP_COUNT, 0, 0, 0, 0);
    process_context()->batch_count = 1;
    answer = operation_batch();
    EXPECT("no operation: answer", answer.last, E_OPERATION);
    EXPECT("no operation: how many", answer.done, 0);
    put(0, OP_UPDATE | 1ull << 32, 0, 0, 0, 0);
    answer = operation_batch();
    EXPECT("high bits: answer", answer.last, E_OPERATION);
    put(0, 0x100, 0, 0, 0, 0);
    answer = operation_batch();
    EXPECT("a batch in a batch: answer", answer.last, E_OPERATION);
    return 0;
}

/* More than fit: at most the 32 that there are run. */
static int many(void)
{
    struct batch_answer answer;
    process_context()->batch_count = UINT64_MAX;
    put(0, OP_COUNT, 0, 0, 0, 0);
    answer = operation_batch();
    EXPECT("too many: how many", answer.done, 0);
    EXPECT("too many: answer", answer.last == OK, false);
    return 0;
}

int main(void)
{
    struct space mine = pages_own();
    STEP("32 operations");
    TRY(full(&mine));
    STEP("it stops at the first error");
    TRY(stops(&mine));
    STEP("no operations, and words that are none");
    TRY(strange());
    STEP("a count beyond the end");
    TRY(many());
    return 0;
}
