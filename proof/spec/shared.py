"""Parts that several operations' specifications share."""

import z3

from proof.words import (EVENT_TAKEN, E_OWNER, E_RIGHTS, FRAME_GIVEN,
                         FRAME_VITAL, KIND_DIRTY, KIND_TABLE, PROCESS_LIVE,
                         TAKEN_MAX, accept, accept_ceiling, accept_word, ite,
                         within)

EVENTS_WORD, TAKEN_WORD = 8, 53      # words of struct context


def refuse_place(o, me, entry, resource, ceiling):
    """May I fill this empty entry? I edit its table, or it accepts such a
    resource from me in this generation, with no more than its ceiling."""
    s = o.before
    table = z3.LShR(entry, 9)
    posted = s.entry(entry)
    fits = accept_word(posted) == accept(me, s.generation(me),
                                         s.kind(resource), s.level(resource))
    foreign = z3.Not(s.edits(me, table))
    o.refuse(z3.And(foreign, z3.Not(fits)), E_OWNER)
    o.refuse(z3.And(foreign, z3.Not(within(ceiling, accept_ceiling(posted)))),
             E_RIGHTS)


def vital_forbids(s, me, frame):
    owner = s.owner(frame)
    return z3.And(s.flag(frame, FRAME_VITAL), owner != me,
                  s.state(owner) == PROCESS_LIVE)


def forget_vital(o, frame):
    """The mark goes, and is counted off."""
    s = o.now
    owner, marked = s.owner(frame), s.flag(frame, FRAME_VITAL)
    flags = s.flags(frame)
    with o.when(marked):
        o.set("process.vitals", owner, s.vitals(owner) - 1)
        o.set("frame.flags", frame, flags & ~FRAME_VITAL)


def give(o, process, cost):
    """The process owns so much more, and may own that much less."""
    o.set("process.allowance", process, o.now.allowance(process) - cost)
    o.set("process.owned", process, o.now.owned(process) + cost)


def take_back(o, process, cost):
    """The process owns so much less, and may own it again."""
    o.set("process.owned", process, o.now.owned(process) - cost)
    o.set("process.allowance", process, o.now.allowance(process) + cost)


def record(o, frame, kind, level, owner):
    """The whole record of a frame: what is not named is 0."""
    for field, value in (("kind", kind), ("level", level), ("owner", owner),
                         ("flags", 0), ("live", 0), ("refs", 0),
                         ("cleared", 0)):
        o.set(f"frame.{field}", frame, value)


def settle(o, frame):
    """A given-back resource that nothing refers to any more is dirty, and its
    cost its owner's allowance again."""
    s = o.now
    gone = z3.And(s.flag(frame, FRAME_GIVEN), s.refs(frame) == 0)
    level = ite(s.kind(frame) == KIND_TABLE, 1, s.level(frame))
    owner, cost = s.owner(frame), s.cost(frame)
    with o.when(gone):
        take_back(o, owner, cost)
        record(o, frame, KIND_DIRTY, level, 0)


def unref(o, frame):
    o.set("frame.refs", frame, o.now.refs(frame) - 1)
    settle(o, frame)


def tell(o, process, bits):
    """Event bits of a live process, in its context."""
    s = o.now
    with o.when(s.state(process) == PROCESS_LIVE):
        at = s.context(process) * 512 + EVENTS_WORD
        o.set("context", at, s.context_word(at) | bits)


def tell_taken(o, process, entry):
    s = o.now
    count = s.taken(process)
    with o.when(s.state(process) == PROCESS_LIVE):
        at = s.context(process) * 512 + TAKEN_WORD + (count & (TAKEN_MAX - 1))
        o.set("context", at, entry)
        o.set("process.taken", process, count + 1)
    tell(o, process, EVENT_TAKEN)


def covers(s, process, allowance):
    """It has all of an ALLOWANCE word, and one slot more."""
    frames, slots = allowance & (2 ** 48 - 1), z3.LShR(allowance, 48)
    return z3.And(z3.UGE(s.allowance(process), frames),
                  z3.UGT(s.slots(process), slots))


def grant(o, giver, process, allowance):
    frames, slots = allowance & (2 ** 48 - 1), z3.LShR(allowance, 48)
    for field, amount in (("allowance", frames), ("slots", slots)):
        read = getattr(o.now, field)
        o.set(f"process.{field}", giver, read(giver) - amount)
        o.set(f"process.{field}", process, read(process) + amount)
