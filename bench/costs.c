/*
 * What the operations cost, in instructions: under QEMU's -icount shift=0 the
 * time-stamp counter counts them (`make costs`). Each line is an average over
 * many calls, less the empty loop around them; the caller's own instructions
 * for its arguments are in it.
 */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/frames.h"
#include "lib/process.h"

#define ROUNDS 500
#define LEASE 20000 /* instructions */
#define R RIGHT_R
#define RW (RIGHT_R | RIGHT_W)

static volatile uint64_t noted; /* the counter, read in a handler */

static uint64_t now(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/* Two readings of the counter, and nothing between. */
static uint64_t nothing(void)
{
    uint64_t start = now();
    return now() - start;
}

static void report(const char *what, uint64_t total, uint64_t rounds,
                   uint64_t goal)
{
    uint64_t each = total / rounds;
    console_print("cost: %34s %6lu  goal %5lu  %s\n", what, each, goal,
                  each <= goal ? "met" : "missed");
}

/* The sum over ROUNDS of what one evaluation of `call` takes. */
#define COST(total, call)                                                      \
    do {                                                                       \
        for (uint64_t i = 0; i < ROUNDS; i++) {                                \
            uint64_t start = now();                                            \
            uint64_t answer = (call);                                          \
            (total) += now() - start - nothing();                              \
            EXPECT(#call, answer, OK);                                         \
        }                                                                      \
    } while (0)

/* An operation that does nothing: its number is not used. */
static int cost_null(void)
{
    uint64_t total = 0;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t start = now();
        __asm__ volatile("movl %0, %%eax\n\tsyscall"
                         :
                         : "i"(OPERATION(OP_COUNT))
                         : "rax", "rcx", "r11", "memory");
        total += now() - start - nothing();
    }
    report("null", total, ROUNDS, 60);
    return 0;
}

static int cost_entries(void)
{
    uint64_t page = frames_take(1, KIND_MEMORY, process_number);
    uint64_t table = frames_take(2, KIND_TABLE, process_number);
    uint64_t attach = 0, lower = 0, raise = 0, detach = 0, swap = 0;
    EXPECT("frames", page != 0 && table != 0, true);
    COST(attach, op_attach(entry_name(table, i), page, RIGHTS(RW, RW), 0, 0));
    COST(lower, op_update(entry_name(table, i), page, RIGHTS(R, RW)));
    COST(raise, op_update(entry_name(table, i), page, RIGHTS(RW, RW)));
    COST(detach, op_update(entry_name(table, i), page, RIGHTS_NONE));
    EXPECT("attach",
           op_attach(entry_name(table, 0), page, RIGHTS(RW, RW), 0, 0), OK);
    COST(swap, op_swap(entry_name(table, i), entry_name(table, i + 1), page,
                       RESOURCE_NONE, 0));
    report("attach", attach, ROUNDS, 250);
    report("update: fewer rights", lower, ROUNDS, 250);
    report("update: more rights", raise, ROUNDS, 250);
    report("update: detach", detach, ROUNDS, 250);
    report("swap: move", swap, ROUNDS, 250);
    EXPECT("detach", op_update(entry_name(table, ROUNDS), page, RIGHTS_NONE),
           OK);
    EXPECT("give", frames_give(table), OK);
    return 0;
}

static int cost_exchange(void)
{
    uint64_t table = frames_take(2, KIND_TABLE, process_number);
    uint64_t page[2], total = 0;
    for (unsigned n = 0; n < 2; n++) {
        page[n] = frames_take(1, KIND_MEMORY, process_number);
        EXPECT("attach",
               op_attach(entry_name(table, n), page[n], RIGHTS(RW, RW), 0, 0),
               OK);
    }
    COST(total, op_swap(entry_name(table, 0), entry_name(table, 1), page[i % 2],
                        page[1 - i % 2], 0));
    report("swap: exchange", total, ROUNDS, 250);
    return 0;
}

static int cost_alloc(void)
{
    uint64_t frame = frames_take(1, KIND_MEMORY, process_number);
    uint64_t give = 0, clean = 0, take = 0;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t start = now();
        EXPECT("give", op_alloc(frame, 1, KIND_FREE, 0), OK);
        uint64_t middle = now();
        EXPECT("clean", op_alloc(frame, 1, KIND_FREE, 0), OK);
        uint64_t later = now();
        EXPECT("take", op_alloc(frame, 1, KIND_MEMORY, process_number), OK);
        take += now() - later - nothing();
        clean += later - middle - nothing();
        give += middle - start - nothing();
    }
    report("alloc: a page", take, ROUNDS, 250);
    report("alloc: give back", give, ROUNDS, 250);
    report("alloc: clear 4 KiB", clean, ROUNDS, 2000);
    return 0;
}

/* One entry for a superpage, where the memory for it is. */
static int cost_superpage(unsigned level, const char *what)
{
    struct space mine = pages_own();
    uint64_t frame = frames_take(level, KIND_MEMORY, process_number), entry;
    uint64_t attach = 0, detach = 0;
    if (frame == 0) {
        console_print("cost: %34s no memory for it here\n", what);
        return 0;
    }
    uint64_t va = pages_address(8 + level);
    EXPECT("entry", pages_entry(&mine, va, level, &entry), OK);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t start = now();
        EXPECT("attach", op_attach(entry, frame, RIGHTS(RW, RW), 0, 0), OK);
        attach += now() - start - nothing();
        start = now();
        EXPECT("detach", op_update(entry, frame, RIGHTS_NONE), OK);
        detach += now() - start - nothing();
    }
    report(what, attach, ROUNDS, 250);
    report("update: detach it", detach, ROUNDS, 250);
    return frames_give(frame) == OK ? 0 : expect_step;
}

/* Where faults and foreign calls enter: notes the counter, and goes on behind
 * what was interrupted. */
extern char costs_fault[], costs_call[];
__asm__("costs_fault:\n\t"
        "rdtsc\n\t"
        "shlq $32, %rdx\n\t"
        "orq %rdx, %rax\n\t"
        "movq %rax, noted\n\t"
        "movabsq $0x7ff0001038, %rcx\n\t" /* the context's mask */
        "movq $0, (%rcx)\n\t"
        "movq %rbx, %rsp\n\t"
        "jmp *%r12\n"
        "costs_call:\n\t"
        "movabsq $0x7ff0001048, %rcx\n\t" /* its call_rip */
        "jmp *(%rcx)");

/* A store where nothing is mapped; the handler returns behind it. */
static uint64_t fault(void)
{
    uint64_t start;
    __asm__ volatile("movq %%rsp, %%rbx\n\t"
                     "leaq 1f(%%rip), %%r12\n\t"
                     "rdtsc\n\t"
                     "shlq $32, %%rdx\n\t"
                     "orq %%rax, %%rdx\n\t"
                     "movq %%rdx, %0\n\t"
                     "movq $0, 16\n"
                     "1:"
                     : "=r"(start)
                     :
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r12",
                       "memory");
    return noted - start - nothing();
}

static int cost_upcalls(void)
{
    volatile struct context *context =
        (volatile struct context *)(uintptr_t)INIT_CONTEXT;
    static char stack[4096];
    uint64_t faults = 0, calls = 0;
    context->stack_low = (uintptr_t)stack;
    context->stack_high = (uintptr_t)(stack + sizeof(stack));
    context->entry_fault = (uintptr_t)costs_fault;
    context->entry_call = (uintptr_t)costs_call;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        faults += fault();
        uint64_t start = now();
        operation(39, 0, 0, 0, 0, 0);
        calls += now() - start - nothing();
    }
    context->entry_fault = 0;
    context->entry_call = 0;
    report("fault to handler", faults, ROUNDS, 150);
    report("foreign call there and back", calls, ROUNDS, 60);
    return 0;
}

/* Gives the CPU back again and again. */
static int child_main(uint64_t word)
{
    (void)word;
    for (;;) {
        process_yield();
    }
    return 0;
}

static int computes(uint64_t word)
{
    (void)word;
    for (;;) {
    }
    return 0;
}

/* From the time at which a lease ends to its giver's next instruction. */
static int cost_lease_end(void)
{
    struct child child;
    uint64_t total = 0;
    EXPECT("start", child_start(&child, computes, 0, 0, 0), OK);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t lease = now() + LEASE + i;
        EXPECT("run", child_run(&child, lease), OK);
        total += now() - lease - nothing();
        EXPECT("reason", child_reason(&child), REASON_LEASE);
    }
    report("lease's end to its giver", total, ROUNDS, 400);
    return 0;
}

static int cost_processor(void)
{
    struct child child;
    uint64_t total = 0;
    EXPECT("start", child_start(&child, child_main, 0, 0, 0), OK);
    EXPECT("run", child_run(&child, 0), OK);
    COST(total, child_run(&child, 0));
    report("hand the CPU over and back", total, ROUNDS, 500);
    return 0;
}

int main(void)
{
    TRY(cost_null());
    TRY(cost_alloc());
    TRY(cost_entries());
    TRY(cost_exchange());
    TRY(cost_superpage(2, "attach: 2 MiB by one entry"));
    TRY(cost_superpage(3, "attach: 1 GiB by one entry"));
    TRY(cost_upcalls());
    TRY(cost_processor());
    TRY(cost_lease_end());
    return 0;
}
