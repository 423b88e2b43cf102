/*
 * What becomes of exceptions and interrupts in ring 3.
 *
 *   a fault                    an upcall: the process's own handler decides
 *   .. that cannot be told     no handler, or it came in the handler: the
 *                              processor goes to the giver, the record says why
 *   .. of init's               the machine ends: there is no giver
 *   an interrupt               a bit for its holder; the process goes on
 *   .. of the timer            its lease's end is near, or has come
 *   a foreign system call      the same as an invalid opcode, if ring3.S finds
 *                              no handler for it
 *   NMI, double fault,         the machine's, not the process's: a panic
 *     machine check
 *
 * The kernel handles no fault itself: what is missing at an address, and what
 * to put there, only the process's library OS knows.
 */
#include "arch/arch.h"
#include "core/cpu.h"
#include "core/group.h"
#include "core/notice.h"
#include "lib/panic.h"
#include "ring3/end.h"
#include "ring3/event.h"
#include "ring3/interrupt.h"
#include "ring3/lease.h"
#include "ring3/lock.h"
#include "ring3/switch.h"
#include "ring3/upcall.h"

/* Exceptions: SDM 3A, table 7-1. */
#define NMI 2
#define INVALID_OPCODE 6
#define DOUBLE_FAULT 8
#define PROTECTION 13
#define PAGE_FAULT 14
#define MACHINE_CHECK 18

/* The kernel's own: a bit for each. */
#define FATAL (1ull << NMI | 1ull << DOUBLE_FAULT | 1ull << MACHINE_CHECK)

/* A fault that its process cannot be told of: the CPU goes to its giver. Not
 * inlined: the registers that this needs saved are no burden of every fault. */
static __attribute__((noinline)) void
double_fault(struct trap_frame *frame, uint64_t address, const char *what)
{
    uint64_t process = cpu_process();
    if (process == SLOT_INIT) {
        init_end(context_of(process)->entry_fault
                     ? "raised an exception in its handler"
                     : what,
                 frame->rip);
    }
    processes[process].vector = (uint8_t)frame->vector;
    /* cpu_switch saves the frame in the context of the process that faulted:
     * there its parent reads what happened. */
    cpu_back(REASON_FAULT);
    cpu_switch(frame, address);
}

/* Tells the process of its fault, or its giver. `address`: a page fault's. */
static inline void fault(struct trap_frame *frame, uint64_t address,
                         const char *what)
{
    uint64_t process = cpu_process();
    lock_take();
    if (!upcall_deliver(process, frame, context_of(process)->entry_fault,
                        address)) {
        double_fault(frame, address, what);
    }
    lock_drop();
}

/* The process goes on where it was. That may be a place that it jumped to and
 * that is none: processors differ in whether an interrupt comes before they
 * say so. Going back there would be a fault of the kernel's, so it is made
 * the process's here, as it would be without the interrupt. */
static void interrupt(struct trap_frame *frame, const char *what)
{
    unsigned vector = (unsigned)frame->vector;
    if (!arch_is_canonical(frame->rip)) {
        frame->vector = PROTECTION;
        frame->error = 0;
        fault(frame, 0, what);
    }
    lock_take();
    interrupt_end(vector);
    if (vector == TIMER_VECTOR) {
        lease_tick(frame);
    } else {
        event_deliver(cpu_process(), frame);
    }
    lock_drop();
}

void trap_from_ring3(struct trap_frame *frame)
{
    const char *what = "raised an exception without a handler";
    if (frame->vector == PAGE_FAULT) { /* most of them: first of all */
        fault(frame, arch_fault_address(), what);
    } else if (frame->vector >= IRQ_FIRST) {
        interrupt(frame, what);
    } else if (FATAL >> frame->vector & 1) {
        panic_trap(frame);
    } else {
        fault(frame, 0, what);
    }
}

void foreign_call(struct trap_frame *frame)
{
    /* As a processor would tell it that knows no `syscall`. */
    frame->vector = INVALID_OPCODE;
    frame->error = 0;
    fault(frame, 0, "made a foreign system call without a handler");
}
