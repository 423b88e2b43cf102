/* What labs 1 and 2 have, from ring 3: a frame is cleaned, taken and given
 * back; a table becomes a process; operations in a batch. Nothing is attached
 * and nothing else runs. */
#include "lib/books.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"

#define BATCHED 8
#define CLEANED 16 /* frames that one call clears */

static int take(void)
{
    const volatile struct process *me = books_process(process_number);
    uint64_t owned = me->owned, allowance = me->allowance;
    uint64_t frame = frames_take(1, KIND_MEMORY, process_number);
    STEP("a page is mine, and counted");
    EXPECT("kind", books_frame(frame)->kind, KIND_MEMORY);
    EXPECT("owner", books_frame(frame)->owner, process_number);
    EXPECT("owned", me->owned, owned + 1);
    EXPECT("allowance", me->allowance, allowance - 1);
    EXPECT("free", books_is_free(frame, 1), false);

    STEP("it is given back, and dirty until it is cleaned");
    EXPECT("give", op_alloc(frame, 1, KIND_FREE, 0), OK);
    EXPECT("kind", books_frame(frame)->kind, KIND_DIRTY);
    EXPECT("owned", me->owned, owned);
    EXPECT("alloc", op_alloc(frame, 1, KIND_MEMORY, process_number), E_KIND);
    EXPECT("clean", op_alloc(frame, 1, KIND_FREE, 0), OK);
    EXPECT("free", books_is_free(frame, 1), true);
    return 0;
}

static int take_large(void)
{
    uint64_t frame = books_find_usable(2, 0), calls = 1;
    STEP("2 MiB are taken, given back, and cleared in 32 calls");
    EXPECT("take", frames_take(2, KIND_MEMORY, process_number), frame);
    EXPECT("a page of it", op_alloc(frame + 1, 1, KIND_MEMORY, process_number),
           E_BUSY);
    EXPECT("give", frames_give(frame), OK);
    while (op_alloc(frame, 2, KIND_FREE, 0) == MORE) {
        calls++;
    }
    EXPECT("calls", calls, BOOKS_HUGE / CLEANED);
    EXPECT("free", books_is_free(frame, 2), true);
    EXPECT("extent", books_extent2(frame), BOOKS_HUGE);
    return 0;
}

static int make_process(void)
{
    unsigned depth = (unsigned)process_books()->depth;
    uint64_t slot = books_find_slot();
    const volatile struct process *child = books_process(slot);
    uint64_t table = frames_take(depth, KIND_TABLE, process_number);
    uint64_t context = frames_take(1, KIND_MEMORY, process_number);
    STEP("a table and a page become a process");
    EXPECT("create", op_create(slot, table, context, ALLOWANCE(5, 0)), OK);
    EXPECT("state", child->state, PROCESS_LIVE);
    EXPECT("parent", child->parent, process_number);
    EXPECT("allowance", child->allowance, 5);
    EXPECT("owner", books_frame(table)->owner, slot);
    EXPECT("again", op_create(slot, table, context, 0), E_BUSY);

    STEP("it may own as much as it was given, and I take it over");
    uint64_t page = frames_take(1, KIND_MEMORY, slot);
    EXPECT("owner", books_frame(page)->owner, slot);
    EXPECT("allowance", child->allowance, 4);
    EXPECT("take over", op_alloc(page, 1, KIND_MEMORY, process_number), OK);
    EXPECT("owner", books_frame(page)->owner, process_number);
    return frames_give(page) == OK ? 0 : expect_step;
}

static int batch(void)
{
    volatile struct context *context = process_context();
    uint64_t frame[BATCHED], from = 0;
    for (unsigned i = 0; i < BATCHED; i++) {
        frame[i] = books_find_usable(1, from);
        from = frame[i] + 1;
        volatile struct batch_call *call = &context->batch[i];
        EXPECT("clean",
               books_is_free(frame[i], 1) ? OK : frames_clean(frame[i]), OK);
        call->number = OP_ALLOC;
        call->a = frame[i];
        call->b = i == BATCHED - 2 ? 9 : 1;
        call->c = KIND_MEMORY;
        call->d = process_number;
    }
    context->batch_count = BATCHED;
    struct batch_answer answer = operation_batch();
    EXPECT("answer", answer.last, E_RANGE);
    EXPECT("how many", answer.done, BATCHED - 2);
    EXPECT("the last", books_frame(frame[BATCHED - 3])->kind, KIND_MEMORY);
    EXPECT("the one after", books_frame(frame[BATCHED - 1])->kind, KIND_FREE);
    return 0;
}

int main(void)
{
    TRY(take());
    TRY(take_large());
    TRY(make_process());
    STEP("a batch stops at the first error");
    TRY(batch());
    STEP("a number of the kernel's that means nothing");
    EXPECT("answer", operation(OPERATION(OP_COUNT), 0, 0, 0, 0, 0),
           E_OPERATION);
    return 0;
}
