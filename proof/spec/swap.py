"""swap: a resource from one process's entry to another's."""

import z3

from proof.spec.hand import hand
from proof.spec.shared import give, refuse_place, take_back
from proof.words import (ENTRIES_MAX, E_ALLOWANCE, E_BUSY, E_GIVEN, E_KIND,
                         E_LEVEL, E_MATCH, E_OWNER, E_RANGE, E_SHARED, E_VITAL,
                         FRAME_GIVEN, FRAME_VITAL, KIND_TABLE, RESOURCE_NONE,
                         entry_ceiling, ite, present)

ARGUMENTS = "entry with_ resource other lease"


def swap(o, me, entry, with_, resource, other, lease):
    s = o.before
    o.refuse(z3.Or(z3.UGE(entry, ENTRIES_MAX), z3.UGE(with_, ENTRIES_MAX),
                   entry == with_), E_RANGE)
    processor = z3.And(s.in_directory(entry), s.in_directory(with_))
    with o.case(processor):
        o.part("cpu_hand", hand, me, entry & 511, with_ & 511, resource,
               other, lease)
    with o.case(z3.Not(processor)):
        swap_resource(o, me, entry, with_, resource, other)


def swap_resource(o, me, entry, with_, resource, other):
    s = o.before
    source, to = z3.LShR(entry, 9), z3.LShR(with_, 9)
    giver, receiver = s.owner(source), s.owner(to)
    moving = other == RESOURCE_NONE
    o.refuse(z3.Or(s.kind(source) != KIND_TABLE, s.kind(to) != KIND_TABLE),
             E_KIND)
    o.refuse(s.flag(to, FRAME_GIVEN), E_GIVEN)
    o.refuse(s.level(source) != s.level(to), E_LEVEL)
    o.refuse(z3.Not(s.edits(me, source)), E_OWNER)
    refuse_held(o, entry, giver, resource)
    with o.when(moving):
        o.refuse(present(s.entry(with_)), E_BUSY)
        refuse_place(o, me, with_, resource, entry_ceiling(s.entry(entry)))
    with o.when(z3.Not(moving)):
        o.refuse(z3.Not(s.edits(me, to)), E_OWNER)
        refuse_held(o, with_, receiver, other)
    there, back = s.cost(resource), ite(moving, 0, s.cost(other))
    o.refuse(z3.And(giver != receiver, z3.Or(
        z3.And(z3.UGT(there, back), z3.ULT(s.allowance(receiver),
                                           there - back)),
        z3.And(z3.ULT(there, back), z3.ULT(s.allowance(giver),
                                           back - there)))), E_ALLOWANCE)

    given, taken = s.entry(entry), s.entry(with_)
    o.set("entry", entry, ite(moving, 0, taken))
    o.set("entry", with_, given)
    with o.when(moving):
        o.set("frame.live", source, s.live(source) - 1)
        o.set("frame.live", to, o.now.live(to) + 1)
    with o.when(giver != receiver):
        o.set("frame.owner", resource, receiver)
        take_back(o, giver, there)
        give(o, receiver, there)
        with o.when(z3.Not(moving)):
            o.set("frame.owner", other, giver)
            take_back(o, receiver, back)
            give(o, giver, back)


def refuse_held(o, entry, owner, resource):
    """The entry holds the resource, which is its table's owner's, and nothing
    else does: it can go."""
    s = o.before
    o.refuse(z3.Not(s.holds(entry, resource)), E_MATCH)
    o.refuse(s.flag(resource, FRAME_GIVEN), E_GIVEN)
    o.refuse(s.owner(resource) != owner, E_OWNER)
    o.refuse(s.refs(resource) != 1, E_SHARED)
    o.refuse(s.flag(resource, FRAME_VITAL), E_VITAL)
