/* A fault that cannot be delivered gives the CPU back to the giver; the books
 * say why. Each child dies of it alone. */
#include "lib/books.h"
#include "lib/child.h"
#include "lib/expect.h"
#include "lib/pages.h"
#include "lib/probe.h"
#include "lib/process.h"
#include "lib/upcall.h"

/* A handler's entry that faults while upcalls are masked. */
void fault_at_once(void);
__asm__(".text\n"
        "fault_at_once: ud2\n");

static void divide(void)
{
    __asm__ volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx"
                     :
                     :
                     : "rax", "rcx", "rdx", "cc");
}

static void ignore(struct registers *trap)
{
    trap->rip += 2; /* over the divl */
}

static int no_handler(uint64_t word)
{
    (void)word;
    divide();
    return 1;
}

static int bad_handler(uint64_t word)
{
    (void)word;
    upcall_on_fault(ignore);
    divide();
    process_context()->entry_fault = (uintptr_t)fault_at_once;
    divide();
    return 1;
}

/* What a process may write into its context, and cannot be told of a fault
 * then. */
enum spoiled { MASKED, ENTRY_OUTSIDE, NO_STACK, STACK_OUTSIDE };

static int spoils(uint64_t what)
{
    volatile struct context *context = process_context();
    upcall_on_fault(ignore);
    switch (what) {
    case MASKED:
        context->mask = 1;
        break;
    case ENTRY_OUTSIDE:
        context->entry_fault = 0xffffffff80000000;
        break;
    case NO_STACK:
        context->stack_low = 0x10000;
        context->stack_high = 0x20000;
        break;
    default:
        context->stack_low = UINT64_MAX - 0x3fff;
        context->stack_high = UINT64_MAX - 0xfff;
    }
    divide();
    return 1;
}

/* Its context is changed by the parent while it waits. */
static int without_context(uint64_t word)
{
    (void)word;
    upcall_on_fault(ignore);
    process_yield();
    divide();
    return 1;
}

static int foreign_call(uint64_t word)
{
    (void)word;
    operation(7, 0, 0, 0, 0, 0);
    return 1;
}

/* The child of that program has died of a fault with that vector. */
static int expect_death(struct child *child, uint64_t vector)
{
    uint64_t status;
    const volatile struct process *record = books_process(child->slot);
    EXPECT("run", child_run(child, 0), OK);
    EXPECT("reason", record->reason, REASON_FAULT);
    EXPECT("vector", record->vector, vector);
    EXPECT("by itself", child_has_ended(child, &status), false);
    EXPECT("it has the CPU", record->running, 0);
    EXPECT("end", child_end(child) != 0, true);
    return 0;
}

static int dies(child_program *program, uint64_t word, uint64_t vector)
{
    struct child child;
    EXPECT("start", child_start(&child, program, word, 0, 0), OK);
    return expect_death(&child, vector);
}

static int context_detached(void)
{
    struct child child;
    EXPECT("start", child_start(&child, without_context, 0, 0, 0), OK);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT("detach", pages_unmap(&child.space, INIT_CONTEXT, 1), OK);
    return expect_death(&child, VECTOR_PAGE);
}

static int context_read_only(void)
{
    struct child child;
    EXPECT("start", child_start(&child, without_context, 0, 0, 0), OK);
    EXPECT("run", child_run(&child, 0), OK);
    EXPECT(
        "lower",
        pages_protect(&child.space, INIT_CONTEXT, 1, RIGHTS(RIGHT_R, RIGHT_R)),
        OK);
    return expect_death(&child, VECTOR_PAGE);
}

/* Registers that no process may have do not start it. */
static int starts_outside(void)
{
    struct child child;
    STEP("registers outside user space");
    EXPECT("start", child_start(&child, no_handler, 0, 0, 0), OK);
    child.context->cpu.rip = 0xffffffff80000000;
    child_run(&child, 0);
    EXPECT("it runs", books_process(child.slot)->running, 0);
    child.context->cpu.rip = 0x400000;
    child.context->cpu.rsp = 0xffff800000000000;
    child_run(&child, 0);
    EXPECT("it runs", books_process(child.slot)->running, 0);
    EXPECT("end", child_end(&child) != 0, true);
    return 0;
}

int main(void)
{
    STEP("no handler");
    TRY(dies(no_handler, 0, VECTOR_DIVIDE));
    STEP("a handler that faults");
    TRY(dies(bad_handler, 0, VECTOR_OPCODE));
    STEP("a fault while masked");
    TRY(dies(spoils, MASKED, VECTOR_DIVIDE));
    STEP("an entry outside user space");
    TRY(dies(spoils, ENTRY_OUTSIDE, VECTOR_DIVIDE));
    STEP("no upcall stack");
    TRY(dies(spoils, NO_STACK, VECTOR_PAGE));
    STEP("an upcall stack outside user space");
    TRY(dies(spoils, STACK_OUTSIDE, VECTOR_PAGE));
    STEP("a context that is attached nowhere in it");
    TRY(context_detached());
    STEP("a context that it can only read");
    TRY(context_read_only());
    STEP("a foreign call that nobody handles");
    TRY(dies(foreign_call, 0, VECTOR_OPCODE));
    TRY(starts_outside());
    return 0;
}
