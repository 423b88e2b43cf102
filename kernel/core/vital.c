/*
 * Vital pages. A parent may take everything from its child, and asks for it
 * first if it is kind. To answer, the child must run: its handler, a stack,
 * its context. So a process marks up to VITAL_MAX pages of its own that stay
 * while it lives. That bounds what a parent cannot have at once, and ends with
 * the process.
 *
 * The mark is a flag of the frame, and the record counts the marks: whoever
 * comes to own the frame in whatever way has to forget it first, or the count
 * would be wrong for ever.
 */
#include "core/vital.h"

enum error vital_mark(uint64_t me, uint64_t frame, bool vital)
{
    struct frame *f = &frames[frame];
    if (f->owner != me) {
        return E_OWNER;
    }
    if (f->kind != KIND_MEMORY || f->level != 1) {
        return E_KIND;
    }
    if (f->flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    if (!vital) {
        vital_forget(frame);
        return OK;
    }
    if (f->flags & FRAME_VITAL) {
        return OK;
    }
    /* Only now: marking twice is marking once. */
    if (processes[me].vitals == VITAL_MAX) {
        return E_FULL;
    }
    f->flags |= FRAME_VITAL;
    processes[me].vitals++;
    return OK;
}

void vital_forget(uint64_t frame)
{
    struct frame *f = &frames[frame];
    if (f->flags & FRAME_VITAL) {
        f->flags &= (uint8_t)~FRAME_VITAL;
        processes[f->owner].vitals--;
    }
}
