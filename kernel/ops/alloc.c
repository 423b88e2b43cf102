/*
 * alloc: what a frame is, and whose.
 *
 * One operation for all that can happen to a frame, because what is meant
 * follows from `kind` and from what the frame is now:
 *
 *   kind asked       the frame is   so
 *   FREE             dirty          a piece of it is cleared
 *   FREE             a resource     it is given back
 *   MEMORY, TABLE    free           a resource is made of it
 *   any but FREE     a resource     it is taken over: from a child, or
 *                                   through the last entry that holds it
 *
 * The kernel chooses no frame, and keeps no list of free ones: who asks has
 * read the books, and if somebody else was faster the answer is E_BUSY. So
 * nothing is searched for, and the time is the same whatever the machine's
 * size.
 */
#include "core/claim.h"
#include "core/frame.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"
#include "ops/operations.h"

/* Clears what is dirty; gives back what is mine. */
static enum error give_back(uint64_t me, uint64_t frame, uint64_t level)
{
    const struct frame *f = &frames[frame];
    /* Whoever asks: what is dirty is nobody's, and clean it serves all. */
    if (f->kind == KIND_DIRTY) {
        return f->level == level ? frame_clean(frame) : E_LEVEL;
    }
    if (f->kind != KIND_MEMORY && f->kind != KIND_TABLE) {
        return E_KIND;
    }
    if (f->level != level) {
        return E_LEVEL;
    }
    if (!process_owns(me, frame)) {
        return E_OWNER;
    }
    if (f->flags & FRAME_GIVEN) {
        return E_GIVEN;
    }
    /* What hangs in it would stay counted as held, by entries that nobody
     * could name as entries any more. */
    if (f->live != 0) {
        return E_LIVE;
    }
    if (vital_forbids(me, frame)) {
        return E_VITAL;
    }
    /* Nobody can attach it from here on, so its refs only fall; with the last
     * one it goes, and no entry ever leads to a frame that is free. */
    vital_forget(frame);
    frames[frame].flags |= FRAME_GIVEN;
    process_settle(frame);
    return OK;
}

static enum error make(uint64_t frame, uint64_t level, uint64_t kind,
                       uint64_t me, uint64_t owner)
{
    /* A table is one frame, whatever level it will fit. */
    unsigned unit = kind == KIND_TABLE ? 1 : (unsigned)level;
    if (!frame_has_level(kind, level)) {
        return E_LEVEL;
    }
    if (frame % level_frames(unit) != 0) {
        return E_ALIGN;
    }
    if (!process_is_mine(me, owner)) {
        return E_OWNER;
    }
    /* Free is clean too: nothing of an earlier owner's is in it, and nothing
     * has to be cleared now. */
    if (!frame_is_free(frame, unit)) {
        return E_BUSY;
    }
    if (!quota_has(owner, level_frames(unit))) {
        return E_ALLOWANCE;
    }
    frame_take(frame, (unsigned)kind, (unsigned)level, owner);
    quota_take(owner, level_frames(unit));
    return OK;
}

/* May I have my child's resource, or one through its last entry? */
static enum error check_taking(uint64_t me, uint64_t frame, uint64_t owner)
{
    /* Too large for a process: the name of an entry. */
    if (owner >= PROCESS_MAX) {
        return claim_check(me, frame, owner);
    }
    if (owner != me || processes[frames[frame].owner].parent != me) {
        return E_OWNER;
    }
    return frames[frame].flags & FRAME_GIVEN ? E_GIVEN : OK;
}

static enum error take(uint64_t me, uint64_t frame, uint64_t level,
                       uint64_t kind, uint64_t owner)
{
    const struct frame *f = &frames[frame];
    if (f->kind != kind) {
        return E_KIND;
    }
    if (f->level != level) {
        return E_LEVEL;
    }
    enum error error = check_taking(me, frame, owner);
    if (error) {
        return error;
    }
    if (vital_forbids(me, frame)) {
        return E_VITAL;
    }
    if (!quota_has(me, quota_of(frame))) {
        return E_ALLOWANCE;
    }
    /* Claimed, it is an ordinary resource again, of another owner. */
    vital_forget(frame);
    frames[frame].flags &= (uint8_t)~FRAME_GIVEN;
    quota_move(frame, me);
    return OK;
}

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    /* Whole words are compared before any is narrowed: 2^32 + 1 is no level. */
    if (frame >= FRAMES_MAX || level < 1 || level > LEVEL_MAX ||
        owner >= ENTRIES_MAX ||
        (kind != KIND_FREE && kind != KIND_MEMORY && kind != KIND_TABLE &&
         kind != KIND_DEVICE)) {
        return E_RANGE;
    }
    if (kind == KIND_FREE) {
        return give_back(me, frame, level);
    }
    /* Registers of a device are made by nobody: they are there, or are not. */
    if (frames[frame].kind == KIND_FREE && kind != KIND_DEVICE) {
        return make(frame, level, kind, me, owner);
    }
    return take(me, frame, level, kind, owner);
}
