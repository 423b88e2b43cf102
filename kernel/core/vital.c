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
