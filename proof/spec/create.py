"""create: a table of level D becomes a process; or I adopt my child's."""

import z3

from proof.spec.shared import covers, grant
from proof.words import (E_ALLOWANCE, E_BUSY, E_FULL, E_GIVEN, E_KIND, E_MATCH,
                         E_OWNER, E_RANGE, FRAMES_MAX, FRAME_CONTEXT,
                         FRAME_GIVEN, KIND_MEMORY, KIND_TABLE, PROCESS_FREE,
                         PROCESS_LIVE, PROCESS_MAX, REASON_NONE, RIGHT_R,
                         make_entry, word)

LAST = 2 ** 32 - 1            # of what is counted in 32 bits
ARGUMENTS = "slot table context allowance"


def create(o, me, slot, table, context, allowance):
    s = o.before
    o.refuse(z3.Or(slot == 0, z3.UGE(slot, PROCESS_MAX),
                   z3.UGE(table, FRAMES_MAX), z3.UGE(context, FRAMES_MAX)),
             E_RANGE)
    free = s.state(slot) == PROCESS_FREE
    with o.case(free):
        new(o, me, slot, table, context, allowance)
    with o.case(z3.Not(free)):
        adopt(o, me, slot, table, context, allowance)


def new(o, me, slot, table, context, allowance):
    s = o.before
    o.refuse(z3.Or(s.kind(table) != KIND_TABLE, s.level(table) != s.depth,
                   s.kind(context) != KIND_MEMORY, s.level(context) != 1),
             E_KIND)
    o.refuse(z3.Or(s.owner(table) != me, s.owner(context) != me), E_OWNER)
    o.refuse(z3.Or(s.flag(table, FRAME_GIVEN), s.flag(context, FRAME_GIVEN)),
             E_GIVEN)
    o.refuse(z3.Or(s.refs(table) != 0, s.live(table) != 0,
                   s.flag(context, FRAME_CONTEXT)), E_BUSY)
    o.refuse(z3.Or(s.refs(context) == LAST, s.generation(slot) == LAST),
             E_FULL)
    o.refuse(z3.Not(covers(s, me, allowance)), E_ALLOWANCE)

    for field, value in (
            ("state", PROCESS_LIVE), ("reason", REASON_NONE), ("vector", 0),
            ("generation", s.generation(slot) + 1), ("table", table),
            ("context", context), ("owned", 1), ("accepts", 0), ("taken", 0)):
        o.set(f"process.{field}", slot, value)
    o.set("rank", slot, s.rank(me) + 1)
    o.set("whose", context, slot)
    become_parent(o, me, slot)
    o.set("process.owned", me, o.now.owned(me) - 1)
    grant(o, me, slot, allowance)
    o.set("frame.owner", table, slot)
    o.set("frame.refs", table, 1)
    o.set("frame.refs", context, s.refs(context) + 1)
    o.set("frame.flags", context, s.flags(context) | FRAME_CONTEXT)
    o.set("reset", slot, 1)
    o.set("entry", s.directory * 512 + slot,
          make_entry(table, s.depth, word(RIGHT_R), z3.BoolVal(True),
                     z3.BoolVal(False), z3.BoolVal(False)))


def adopt(o, me, slot, table, context, allowance):
    """The process of my child is mine."""
    s = o.before
    old = s.parent(slot)
    o.refuse(s.parent(old) != me, E_BUSY)
    o.refuse(z3.Or(s.table(slot) != table, s.context(slot) != context),
             E_MATCH)
    o.refuse(z3.Not(covers(s, me, allowance)), E_ALLOWANCE)
    o.set("process.children", old, s.children(old) - 1)
    o.set("process.slots", old, s.slots(old) + 1)
    become_parent(o, me, slot)
    grant(o, me, slot, allowance)


def become_parent(o, me, slot):
    o.set("process.parent", slot, me)
    o.set("process.children", me, o.now.children(me) + 1)
    o.set("process.slots", me, o.now.slots(me) - 1)
