/*
 * Vital frames: a process may mark up to VITAL_MAX pages that it owns; they
 * are not taken from it, nor from its tables, while it lives.
 */
#ifndef XO5_CORE_VITAL_H
#define XO5_CORE_VITAL_H

#include "core/books.h"

/* True if `me` must leave the resource alone: it is vital, and its owner is
 * alive and somebody else. */
static inline bool vital_forbids(uint64_t me, uint64_t frame)
{
    uint64_t owner = frames[frame].owner;
    return (frames[frame].flags & FRAME_VITAL) && owner != me &&
           processes[owner].state == PROCESS_LIVE;
}

/* RIGHTS_VITAL and RIGHTS_MORTAL of `update`: puts the mark on or takes it
 * off. E_OWNER if `me` does not own the frame; E_KIND if it is no MEMORY of
 * level 1; E_GIVEN if it was given back; E_FULL if it has VITAL_MAX marks. */
enum error vital_mark(uint64_t me, uint64_t frame, bool vital);

/* Takes the mark off a resource that its owner loses. */
void vital_forget(uint64_t frame);

#endif
