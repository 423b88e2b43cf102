/*
 * What has not arrived yet: see course/later.h. A default of lab 0 is for what
 * no lab brings: a grader adds it.
 */
#include "boot/books.h"
#include "boot/init.h"
#include "core/cpu.h"
#include "core/flush.h"
#include "course/later.h"
#include "lib/exercise.h"
#include "lib/panic.h"
#include "lib/print.h"
#include "ops/operations.h"
#include "ring3/upcall.h"

/* They do not look at what they are given. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

LATER(0, void probe_run(const struct boot *boot, paddr start, paddr end))
{
    boot_fail("a grader's probe", "is there, but this kernel has no harness");
}

LATER(0, void probe_missing(const char *which)) {}

LATER(0, void probe_ready(struct boot *boot)) {}

LATER(2, void books_map(struct boot *boot)) {}

LATER(2, void init_boot(struct boot *boot))
{
    print("xo5: no ring 3 yet: it arrives in lab 2.\n");
}

LATER(2, void trap_from_ring3(struct trap_frame *frame))
{
    panic_trap(frame);
}

LATER(3, bool upcall_deliver(uint64_t process, struct trap_frame *frame,
                             uint64_t entry, uint64_t address))
{
    return false;
}

LATER(3, void flush_change(pte before, pte after)) {}

LATER(4, enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                             uint64_t resource, uint64_t other, uint64_t lease))
{
    return E_LATER;
}

LATER(4, void cpu_back(enum process_reason reason))
{
    panic_number("cpu_back arrives in lab 4; called for reason", reason);
}

LATER(4, bool cpu_expire(uint64_t now))
{
    return false;
}

/* ---- the operations ------------------------------------------------------ */

LATER(2, enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                              uint64_t context, uint64_t allowance))
{
    return E_LATER;
}

LATER(2, enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level,
                             uint64_t kind, uint64_t owner))
{
    return E_LATER;
}

LATER(3, enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                              uint64_t rights, uint64_t source, uint64_t via))
{
    return E_LATER;
}

LATER(3, enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                              uint64_t rights))
{
    return E_LATER;
}

LATER(4, enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                            uint64_t resource, uint64_t other, uint64_t lease))
{
    return E_LATER;
}
