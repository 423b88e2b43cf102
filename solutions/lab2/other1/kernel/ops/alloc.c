/* Exercise 2.2, another way: each of the five things is a function. */
#include "../../mine/asked.h"
#include "core/claim.h"
#include "core/frame.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"
#include "ops/operations.h"

static enum error clean(const struct asked *a)
{
    enum error error = asked_fits(a, KIND_DIRTY);
    return error == OK ? frame_clean(a->frame) : error;
}

static enum error give_back(const struct asked *a)
{
    struct frame *f = &frames[a->frame];
    bool table = f->kind == KIND_TABLE;
    enum error error = asked_fits(a, table ? KIND_TABLE : KIND_MEMORY);
    if (error != OK) {
        return error;
    }
    error = !process_owns(a->me, a->frame)   ? E_OWNER
            : (f->flags & FRAME_GIVEN)       ? E_GIVEN
            : table && f->live               ? E_LIVE
            : vital_forbids(a->me, a->frame) ? E_VITAL
                                             : OK;
    if (error == OK) {
        vital_forget(a->frame);
        f->flags |= FRAME_GIVEN;
        process_settle(a->frame);
    }
    return error;
}

static enum error make(const struct asked *a)
{
    unsigned unit = a->kind == KIND_MEMORY ? (unsigned)a->level : 1;
    if (!frame_has_level(a->kind, a->level)) {
        return E_LEVEL;
    }
    if (a->frame & (level_frames(unit) - 1)) {
        return E_ALIGN;
    }
    if (!process_is_mine(a->me, a->owner)) {
        return E_OWNER;
    }
    if (!frame_is_free(a->frame, unit)) {
        return E_BUSY;
    }
    uint64_t cost = quota_cost((unsigned)a->kind, (unsigned)a->level);
    if (!quota_has(a->owner, cost)) {
        return E_ALLOWANCE;
    }
    quota_take(a->owner, cost);
    frame_take(a->frame, (unsigned)a->kind, (unsigned)a->level, a->owner);
    return OK;
}

static enum error have(const struct asked *a)
{
    if (vital_forbids(a->me, a->frame)) {
        return E_VITAL;
    }
    if (!quota_has(a->me, quota_of(a->frame))) {
        return E_ALLOWANCE;
    }
    vital_forget(a->frame);
    quota_move(a->frame, a->me);
    frames[a->frame].flags &= (uint8_t)~FRAME_GIVEN;
    return OK;
}

static enum error take_over(const struct asked *a)
{
    const struct frame *f = &frames[a->frame];
    enum error error = asked_fits(a, a->kind);
    if (error != OK) {
        return error;
    }
    if (a->owner != a->me || processes[f->owner].parent != a->me) {
        return E_OWNER;
    }
    return f->flags & FRAME_GIVEN ? E_GIVEN : have(a);
}

static enum error claim(const struct asked *a)
{
    enum error error = asked_fits(a, a->kind);
    if (error == OK) {
        error = claim_check(a->me, a->frame, a->owner);
    }
    return error == OK ? have(a) : error;
}

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    struct asked asked = {me, frame, level, kind, owner};
    enum error error = asked_range(&asked);
    if (error != OK) {
        return error;
    }
    unsigned now = frames[frame].kind;
    if (kind == KIND_FREE) {
        return now == KIND_DIRTY ? clean(&asked) : give_back(&asked);
    }
    if (now == KIND_FREE && kind != KIND_DEVICE) {
        return make(&asked);
    }
    return owner < PROCESS_MAX ? take_over(&asked) : claim(&asked);
}
