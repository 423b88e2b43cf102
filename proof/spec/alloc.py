"""alloc: what a frame is, and whose."""

import z3

from proof.spec.shared import (forget_vital, give, record, settle, take_back,
                               vital_forbids)
from proof.words import (CLEAN_STEP, ENTRIES_MAX, E_ALIGN, E_ALLOWANCE, E_BUSY,
                         E_GIVEN, E_KIND, E_LEVEL, E_LIVE, E_MATCH, E_OWNER,
                         E_RANGE, E_SHARED, E_VITAL, FRAMES_MAX, FRAME_GIVEN,
                         KIND_DEVICE, KIND_DIRTY, KIND_FREE, KIND_MEMORY,
                         KIND_TABLE, LEVEL_MAX, MORE, OK, PROCESS_MAX, ite,
                         level_frames, word)

ARGUMENTS = "frame level kind owner"


def alloc(o, me, frame, level, kind, owner):
    s = o.before
    asked = [kind == k for k in (KIND_FREE, KIND_MEMORY, KIND_TABLE,
                                 KIND_DEVICE)]
    o.refuse(z3.Or(z3.UGE(frame, FRAMES_MAX), z3.ULT(level, 1),
                   z3.UGT(level, LEVEL_MAX), z3.UGE(owner, ENTRIES_MAX),
                   z3.Not(z3.Or(*asked))), E_RANGE)
    free, dirty = kind == KIND_FREE, s.kind(frame) == KIND_DIRTY
    making = z3.And(z3.Not(free), s.kind(frame) == KIND_FREE,
                    kind != KIND_DEVICE)
    with o.case(z3.And(free, dirty)):
        o.refuse(s.level(frame) != level, E_LEVEL)
        clean(o, frame)
    with o.case(z3.And(free, z3.Not(dirty))):
        give_back(o, me, frame, level)
    with o.case(making):
        make(o, me, frame, level, kind, owner)
    with o.case(z3.And(z3.Not(free), z3.Not(making))):
        take(o, me, frame, level, kind, owner)


def clean(o, frame):
    """The next frames of a dirty unit are cleared; after the last it is
    free."""
    s = o.before
    at, size = s.cleared(frame), level_frames(s.level(frame))
    left = size - at
    more = z3.UGT(left, CLEAN_STEP)
    o.clear(frame + at, z3.If(more, word(CLEAN_STEP), left))
    with o.case(more):
        o.set("frame.cleared", frame, at + CLEAN_STEP)
        o.answer(MORE)
    with o.case(z3.Not(more)):
        record(o, frame, KIND_FREE, 1, 0)
        count(o, frame, 1)
        o.answer(OK)


def count(o, frame, change):
    """One record of its 2 MiB stops or starts to say FREE; the 1 GiB counts
    the 2 MiB that are all free."""
    s = o.now
    two, three = z3.LShR(frame, 9), z3.LShR(frame, 18)
    before = s.extents2(two)
    after = before + change
    of_three = s.extents3(three) - ite(before == 512, 1) + ite(after == 512, 1)
    o.set("extents2", two, after)
    o.set("extents3", three, of_three)


def give_back(o, me, frame, level):
    s = o.before
    o.refuse(z3.And(s.kind(frame) != KIND_MEMORY,
                    s.kind(frame) != KIND_TABLE), E_KIND)
    o.refuse(s.level(frame) != level, E_LEVEL)
    o.refuse(z3.Not(s.owns(me, frame)), E_OWNER)
    o.refuse(s.flag(frame, FRAME_GIVEN), E_GIVEN)
    o.refuse(s.live(frame) != 0, E_LIVE)
    o.refuse(vital_forbids(s, me, frame), E_VITAL)
    forget_vital(o, frame)
    o.set("frame.flags", frame, o.now.flags(frame) | FRAME_GIVEN)
    settle(o, frame)


def is_free(s, frame, level):
    """All of that unit is free and clean, and no larger one covers it."""
    two, three = z3.LShR(frame, 9), z3.LShR(frame, 18)
    head2, head3 = frame & ~511, frame & ~(512 * 512 - 1)
    return z3.And(
        s.kind(frame) == KIND_FREE,
        z3.Or(z3.UGE(level, 2), z3.Not(s.reaches(head2, 2))),
        z3.Or(z3.UGE(level, 3), z3.Not(s.reaches(head3, 3))),
        z3.Implies(level == 2, s.extents2(two) == 512),
        z3.Implies(level == 3, s.extents3(three) == 512))


def make(o, me, frame, level, kind, owner):
    s = o.before
    unit = ite(kind == KIND_TABLE, 1, level)
    size = level_frames(unit)
    o.refuse(z3.Not(s.level_is_there(kind, level)), E_LEVEL)
    o.refuse(frame & (size - 1) != 0, E_ALIGN)
    o.refuse(z3.Not(s.is_mine(me, owner)), E_OWNER)
    o.refuse(z3.Not(is_free(s, frame, unit)), E_BUSY)
    o.refuse(z3.ULT(s.allowance(owner), size), E_ALLOWANCE)
    record(o, frame, kind, level, owner)
    count(o, frame, -1)
    give(o, owner, size)


def take(o, me, frame, level, kind, owner):
    """From my child; or through the last entry of what was given back."""
    s = o.before
    o.refuse(s.kind(frame) != kind, E_KIND)
    o.refuse(s.level(frame) != level, E_LEVEL)
    given = s.flag(frame, FRAME_GIVEN)
    claim = z3.UGE(owner, PROCESS_MAX)
    with o.case(claim):
        table = z3.LShR(owner, 9)
        o.refuse(z3.Not(z3.And(s.kind(table) == KIND_TABLE,
                               s.edits(me, table))), E_OWNER)
        o.refuse(z3.Not(s.holds(owner, frame)), E_MATCH)
        o.refuse(z3.Not(given), E_GIVEN)
        o.refuse(s.refs(frame) != 1, E_SHARED)
    with o.case(z3.Not(claim)):
        o.refuse(z3.Or(owner != me, s.parent(s.owner(frame)) != me), E_OWNER)
        o.refuse(given, E_GIVEN)
    o.refuse(vital_forbids(s, me, frame), E_VITAL)
    o.refuse(z3.ULT(s.allowance(me), s.cost(frame)), E_ALLOWANCE)
    forget_vital(o, frame)
    o.set("frame.flags", frame, o.now.flags(frame) & ~word(FRAME_GIVEN))
    cost = s.cost(frame)
    take_back(o, s.owner(frame), cost)
    give(o, me, cost)
    o.set("frame.owner", frame, me)
