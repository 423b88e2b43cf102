/* Exercise 2.2, a third way: one list of checks for all that concerns a
 * resource, in which each of the things has its own. */
#include "core/claim.h"
#include "core/frame.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"
#include "ops/operations.h"

static bool is_given(uint64_t frame)
{
    return (frames[frame].flags & FRAME_GIVEN) != 0;
}

static enum error check_giving(uint64_t me, uint64_t frame)
{
    if (!process_owns(me, frame)) {
        return E_OWNER;
    }
    if (is_given(frame)) {
        return E_GIVEN;
    }
    return frames[frame].live ? E_LIVE : OK;
}

static enum error check_taking(uint64_t me, uint64_t frame, uint64_t owner)
{
    bool childs = processes[frames[frame].owner].parent == me;
    if (owner >= PROCESS_MAX) {
        return claim_check(me, frame, owner);
    }
    if (!childs || owner != me) {
        return E_OWNER;
    }
    return is_given(frame) ? E_GIVEN : OK;
}

static enum error use(uint64_t me, uint64_t frame, uint64_t level,
                      uint64_t kind, uint64_t owner)
{
    bool giving = kind == KIND_FREE;
    unsigned now = frames[frame].kind;
    if (giving ? now != KIND_MEMORY && now != KIND_TABLE : now != kind) {
        return E_KIND;
    }
    if (frames[frame].level != level) {
        return E_LEVEL;
    }
    enum error error =
        giving ? check_giving(me, frame) : check_taking(me, frame, owner);
    if (error == OK && vital_forbids(me, frame)) {
        error = E_VITAL;
    }
    if (error == OK && !giving && !quota_has(me, quota_of(frame))) {
        error = E_ALLOWANCE;
    }
    if (error != OK) {
        return error;
    }
    vital_forget(frame);
    frames[frame].flags &= (uint8_t)~FRAME_GIVEN;
    if (giving) {
        frames[frame].flags |= FRAME_GIVEN;
        process_settle(frame);
    } else {
        quota_move(frame, me);
    }
    return OK;
}

static enum error check_making(uint64_t me, uint64_t frame, unsigned unit,
                               uint64_t owner)
{
    if (align_down(frame, level_frames(unit)) != frame) {
        return E_ALIGN;
    }
    if (!process_is_mine(me, owner)) {
        return E_OWNER;
    }
    if (!frame_is_free(frame, unit)) {
        return E_BUSY;
    }
    return quota_has(owner, level_frames(unit)) ? OK : E_ALLOWANCE;
}

static enum error make(uint64_t me, uint64_t frame, uint64_t level,
                       uint64_t kind, uint64_t owner)
{
    unsigned unit = kind == KIND_TABLE ? 1 : (unsigned)level;
    enum error error = frame_has_level(kind, level)
                           ? check_making(me, frame, unit, owner)
                           : E_LEVEL;
    if (error == OK) {
        frame_take(frame, (unsigned)kind, (unsigned)level, owner);
        quota_take(owner, quota_of(frame));
    }
    return error;
}

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    switch (kind) {
    case KIND_FREE:
    case KIND_MEMORY:
    case KIND_TABLE:
    case KIND_DEVICE:
        break;
    default:
        return E_RANGE;
    }
    if (frame >= FRAMES_MAX || owner >= FRAMES_MAX * TABLE_ENTRIES ||
        level == 0 || level > 5) {
        return E_RANGE;
    }
    unsigned now = frames[frame].kind;
    if (kind == KIND_FREE && now == KIND_DIRTY) {
        return level == frames[frame].level ? frame_clean(frame) : E_LEVEL;
    }
    if (now == KIND_FREE && (kind == KIND_MEMORY || kind == KIND_TABLE)) {
        return make(me, frame, level, kind, owner);
    }
    return use(me, frame, level, kind, owner);
}
