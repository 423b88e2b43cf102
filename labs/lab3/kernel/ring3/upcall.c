/*
 * Exercise 3.4. Upcalls.
 */
#include "ring3/upcall.h"

#include "core/notice.h"
#include "lib/exercise.h"
#include "ring3/registers.h"

bool upcall_deliver(uint64_t process, struct trap_frame *frame, uint64_t entry,
                    uint64_t address)
{
    /*
     * TODO 1: can it be delivered? If not, nothing may have changed.
     * TODO 2: save what was interrupted, with registers_save, and set the
     *         mask.
     * TODO 3: choose the handler's stack: its top, or further down where it
     *         is in use. Each word of the context may change between two
     *         reads of yours.
     * TODO 4: make the frame continue at the handler, with its three
     *         arguments.
     * TODO 5: its flags are those of a fresh start, and arch_frame_ring3 has
     *         the last word.
     */
    (void)process, (void)frame, (void)entry, (void)address;
    exercise_missing("3.4 (kernel/ring3/upcall.c: upcall_deliver)");
}
