"""update on a directory entry: an acceptance of the processor, a child's end,
and its slot free again."""

import z3

from proof.spec import group
from proof.spec.shared import unref
from proof.words import (E_BUSY, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS,
                         FRAME_CONTEXT, KIND_CPU, PROCESS_DEAD, PROCESS_FREE,
                         PROCESS_LIVE, PROCESS_MAX, RESOURCE_NONE, RIGHTS_NONE,
                         accept_valid, ite, word)


def update_process(o, me, slot, resource, rights):
    s = o.before
    o.refuse(z3.Or(slot == 0, z3.UGE(slot, PROCESS_MAX)), E_RANGE)
    mine = slot == me
    with o.case(mine):
        accept_processor(o, me, resource, rights)
    with o.case(z3.Not(mine)):
        live = s.state(slot) == PROCESS_LIVE
        o.refuse(z3.Or(s.state(slot) == PROCESS_FREE, s.parent(slot) != me),
                 E_OWNER)
        o.refuse(rights != RIGHTS_NONE, E_RIGHTS)
        o.refuse(resource != z3.If(live, s.table(slot), word(RESOURCE_NONE)),
                 E_MATCH)
        with o.case(live):
            o.refuse(s.running(slot) != 0, E_BUSY)
            end(o, slot)
        with o.case(z3.Not(live)):
            o.refuse(z3.Or(s.owned(slot) != 0, s.children(slot) != 0), E_BUSY)
            bury(o, slot)


def accept_processor(o, me, posted, rights):
    s = o.before
    post = rights != RIGHTS_NONE
    o.refuse(z3.And(post, rights != (1 | 1 << 4)), E_RIGHTS)
    o.refuse(z3.Or(z3.Not(accept_valid(posted)),
                   z3.LShR(posted, 1) & 7 != KIND_CPU,
                   z3.LShR(posted, 4) & 7 != s.depth,
                   z3.And(z3.Not(post), s.accepts(me) != posted)), E_MATCH)
    o.refuse(z3.And(post, s.accepts(me) != 0), E_BUSY)
    o.set("process.accepts", me, ite(post, posted))


def end(o, slot):
    """It leaves the directory; what it owns, it still owns."""
    s = o.before
    o.set("entry", s.directory * 512 + slot, 0)
    o.set("process.state", slot, PROCESS_DEAD)
    o.set("process.accepts", slot, 0)
    group.lose_all(o, slot)
    context = s.context(slot)
    o.set("frame.flags", context, s.flags(context) & ~word(FRAME_CONTEXT))
    unref(o, context)
    unref(o, s.table(slot))


def bury(o, slot):
    """Its slot is free, and what it might have owned is its parent's."""
    s = o.before
    parent = s.parent(slot)
    o.set("process.allowance", parent,
          s.allowance(parent) + s.allowance(slot))
    o.set("process.slots", parent, s.slots(parent) + s.slots(slot) + 1)
    o.set("process.children", parent, s.children(parent) - 1)
    for field in "state parent allowance slots table context".split():
        o.set(f"process.{field}", slot, 0)
