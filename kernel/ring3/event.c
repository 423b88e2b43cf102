/*
 * Events: bits in a process's context, that the kernel sets at any time and
 * tells of when the process next runs and can be told.
 */
#include "ring3/event.h"

#include "core/notice.h"
#include "ring3/upcall.h"

void event_deliver(uint64_t process, struct trap_frame *frame)
{
    uint64_t events = context_of(process)->events;
    if (events) {
        frame->vector = UPCALL_EVENT;
        frame->error = 0;
        /* Refused while upcalls are masked, and then nothing is lost: the bits
         * stay, and the process reads them again when it unmasks. */
        upcall_deliver(process, frame, context_of(process)->entry_event,
                       events);
    }
}
