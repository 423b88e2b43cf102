/*
 * What becomes of exceptions and interrupts in ring 3.
 */
#include "arch/arch.h"
#include "core/cpu.h"
#include "core/event.h"
#include "core/group.h"
#include "core/init.h"
#include "core/lock.h"
#include "core/notice.h"
#include "core/panic.h"
#include "core/upcall.h"

/* Exceptions: SDM 3A, table 6-1. */
#define NMI 2
#define INVALID_OPCODE 6
#define DOUBLE_FAULT 8
#define PAGE_FAULT 14
#define MACHINE_CHECK 18

uint32_t kernel_lock;

void event_deliver(uint64_t process, struct trap_frame *frame)
{
    uint64_t events = context_of(process)->events;
    if (events) {
        frame->vector = UPCALL_EVENT;
        frame->error = 0;
        upcall_deliver(process, frame, context_of(process)->entry_event,
                       events);
    }
}

/* A fault that its process cannot be told of: the CPU goes to its giver. */
static void double_fault(uint64_t process, struct trap_frame *frame,
                         uint64_t address, const char *what)
{
    if (process == SLOT_INIT) {
        init_end(what, frame->rip);
    }
    processes[process].vector = (uint8_t)frame->vector;
    cpu_back(REASON_FAULT);
    cpu_switch(frame, address);
}

static void fault(struct trap_frame *frame, const char *what)
{
    uint64_t process = cpu_process();
    uint64_t entry = context_of(process)->entry_fault;
    uint64_t address = frame->vector == PAGE_FAULT ? arch_fault_address() : 0;
    if (!upcall_deliver(process, frame, entry, address)) {
        double_fault(process, frame, address,
                     entry ? "raised an exception in its handler" : what);
    }
}

void trap_from_ring3(struct trap_frame *frame)
{
    lock_take();
    if (frame->vector >= IRQ_FIRST) {
        if (frame->vector < IRQ_FIRST + IRQ_LINES) {
            group_interrupt((unsigned)(frame->vector - IRQ_FIRST));
            event_deliver(cpu_process(), frame);
        }
    } else if (frame->vector == NMI || frame->vector == DOUBLE_FAULT ||
               frame->vector == MACHINE_CHECK) {
        panic_trap(frame);
    } else {
        fault(frame, "raised an exception without a handler");
    }
    lock_drop();
}

void foreign_call(struct trap_frame *frame)
{
    lock_take();
    frame->vector = INVALID_OPCODE;
    frame->error = 0;
    fault(frame, "made a foreign system call without a handler");
    lock_drop();
}
