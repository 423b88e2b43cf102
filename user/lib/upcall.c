/*
 * Upcalls begin in assembly (upcall.S), which saves what C would destroy. Its
 * offsets are upcall_layout.h's, compared here with the structures. Handlers
 * are kept here, and the context's words that name the entries are set.
 */
#include "lib/upcall.h"

#include <stddef.h>

#include "lib/assert.h"
#include "lib/process.h"
#include "lib/upcall_layout.h"

#define SAME(name, what) _Static_assert((name) == (what), "see upcall.S")
SAME(CONTEXT_MASK, offsetof(struct context, mask));
SAME(CONTEXT_CALL_RIP, offsetof(struct context, call_rip));
SAME(CONTEXT_CALL_RFLAGS, offsetof(struct context, call_rflags));
SAME(CONTEXT_TRAP, offsetof(struct context, trap));
SAME(REGISTERS_WORDS * 8, sizeof(struct registers));
SAME(REGISTERS_SIZE, sizeof(struct registers));
SAME(REGISTERS_RAX, offsetof(struct registers, rax));
SAME(REGISTERS_RDX, offsetof(struct registers, rdx));
SAME(REGISTERS_RSI, offsetof(struct registers, rsi));
SAME(REGISTERS_RDI, offsetof(struct registers, rdi));
SAME(REGISTERS_R8, offsetof(struct registers, r8));
SAME(REGISTERS_R9, offsetof(struct registers, r9));
SAME(REGISTERS_R10, offsetof(struct registers, r10));
SAME(REGISTERS_RIP, offsetof(struct registers, rip));
SAME(REGISTERS_RFLAGS, offsetof(struct registers, rflags));
SAME(REGISTERS_RSP, offsetof(struct registers, rsp));
SAME(0, offsetof(struct registers, rax));
SAME(REGISTERS_RIP - 8, offsetof(struct registers, r15));

/* upcall.S: the three ways in. */
void upcall_enter_fault(void);
void upcall_enter_event(void);
void upcall_enter_call(void);

/* What they call. */
void upcall_take_fault(struct registers *trap);
void upcall_take_event(struct registers *trap);
void upcall_take_call(struct registers *call);

static uint8_t stack[UPCALL_STACK] __attribute__((aligned(16)));
static upcall_fault *fault_handler;
static upcall_event *event_handler;
static upcall_call *call_handler;

static void set_stack(void)
{
    process_context()->stack_low = (uintptr_t)stack;
    process_context()->stack_high = (uintptr_t)stack + UPCALL_STACK;
}

void upcall_on_fault(upcall_fault *handler)
{
    set_stack();
    fault_handler = handler;
    process_context()->entry_fault =
        handler == NULL ? 0 : (uintptr_t)upcall_enter_fault;
}

void upcall_on_event(upcall_event *handler)
{
    set_stack();
    event_handler = handler;
    process_context()->entry_event =
        handler == NULL ? 0 : (uintptr_t)upcall_enter_event;
}

void upcall_on_call(upcall_call *handler)
{
    call_handler = handler;
    process_context()->entry_call =
        handler == NULL ? 0 : (uintptr_t)upcall_enter_call;
}

void upcall_reset(void)
{
    fault_handler = NULL;
    event_handler = NULL;
    call_handler = NULL;
}

/* Takes all bits out of the event word at once. */
static uint64_t take_events(void)
{
    uint64_t bits = 0;
    __asm__ volatile("xchgq %0, %1"
                     : "+r"(bits), "+m"(process_context()->events)
                     :
                     : "memory");
    return bits;
}

void upcall_take_event(struct registers *trap)
{
    uint64_t bits;
    while (event_handler != NULL && (bits = take_events()) != 0) {
        event_handler(bits, trap);
    }
}

void upcall_take_fault(struct registers *trap)
{
    ASSERT(fault_handler != NULL, "upcall: a fault's handler is there");
    ASSERT(process_context()->mask == 0, "upcall: handlers run unmasked");
    /* Events that came while the handler was masked have set bits and made
     * no upcall: they are looked at before it returns. */
    fault_handler(trap);
    upcall_take_event(trap);
}

void upcall_take_call(struct registers *call)
{
    ASSERT(call_handler != NULL, "upcall: a call's handler is there");
    call->rax = call_handler(call);
}
