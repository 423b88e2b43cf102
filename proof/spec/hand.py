"""The processor: handed to another process, and given back."""

import z3

from proof.words import (E_BUSY, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, KIND_CPU,
                         PROCESS_LIVE, PROCESS_MAX, REASON_LEASE, REASON_NONE,
                         REASON_SWAP, RESOURCE_NONE, REST_LONG, SLOT_RUNNING,
                         accept, ite, make_entry, word)

ARGUMENTS = "entry with_ resource other lease"


def hand(o, me, entry, with_, resource, other, lease):
    s = o.before
    o.refuse(z3.Or(entry != SLOT_RUNNING, with_ == 0,
                   z3.UGE(with_, PROCESS_MAX), with_ == me), E_RANGE)
    o.refuse(z3.Or(s.state(with_) != PROCESS_LIVE, s.table(me) != resource,
                   s.table(with_) != other), E_MATCH)
    back = s.giver(me) == with_
    with o.case(back):
        back_to_giver(o, REASON_SWAP)
    with o.case(z3.Not(back)):
        lend(o, me, with_, lease)


def lend(o, me, with_, lease):
    """To my child, or to who accepts it; until `lease`, which is no later than
    the end of mine."""
    s = o.before
    mine = s.lease(me)
    child = s.parent(with_) == me
    o.refuse(z3.Not(z3.Or(child, s.accepts(with_) == accept(
        me, s.generation(me), KIND_CPU, s.depth))), E_OWNER)
    o.refuse(s.running(with_) != 0, E_BUSY)
    o.refuse(outlasts(lease, mine), E_RIGHTS)
    o.set("process.accepts", with_, z3.If(child, s.accepts(with_), word(0)))
    for field, value in (("lease", lease), ("giver", me), ("running", 1),
                         ("reason", REASON_NONE)):
        o.set(f"process.{field}", with_, value)
    runs(o, with_)


def outlasts(lease, mine):
    """It ends after mine does; 0 is no end."""
    return z3.And(mine != 0, z3.Or(lease == 0, z3.UGT(lease, mine)))


def back_to_giver(o, reason):
    s = o.before
    process = s.running_process
    giver = s.giver(process)
    for field, value in (("lease", 0), ("reason", reason), ("running", 0),
                         ("giver", 0)):
        o.set(f"process.{field}", process, value)
    runs(o, giver)


def back(o, reason):
    """The processor goes back; init has no giver."""
    back_to_giver(o, reason & 255)


def expire(o, now):
    """The lease of the process that runs ends, if it is over by `now`."""
    s = o.before
    lease = s.lease(s.running_process)
    over = z3.And(lease != 0, z3.UGE(now, lease))
    with o.when(over):
        back_to_giver(o, REASON_LEASE)
    o.answer(ite(over, 1))


def rest(o, me, resource, other, lease):
    """Nobody has the processor until `lease`; 0 is until an interrupt."""
    s = o.before
    o.refuse(z3.Or(s.table(me) != resource, other != RESOURCE_NONE), E_MATCH)
    o.set("cpu.rest", 0, z3.If(lease == 0, word(REST_LONG), lease))
    o.set("switch", None, 1)


def runs(o, process):
    """Slot 0 holds this one, counted, and it is the one that runs."""
    s = o.before
    before, table = s.table(s.running_process), s.table(process)
    o.set("frame.refs", before, o.now.refs(before) - 1)
    o.set("frame.refs", table, o.now.refs(table) + 1)
    o.set("entry", s.directory * 512 + SLOT_RUNNING,
          make_entry(table, s.depth, word(7), z3.BoolVal(True),
                     z3.BoolVal(True), z3.BoolVal(False)))
    o.set("cpu.process", 0, process)
    o.set("switch", None, 1)
