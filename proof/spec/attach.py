"""attach: a resource into an empty entry."""

import z3

from proof.spec import group
from proof.spec.shared import refuse_place
from proof.words import (ENTRIES_MAX, E_BUSY, E_FULL, E_GIVEN, E_KIND, E_LEVEL,
                         E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, FRAMES_MAX,
                         FRAME_GIVEN, KIND_DEVICE, KIND_TABLE, RIGHT_SHARE,
                         RIGHT_X, bit, entry_ceiling, link, present,
                         rights_ceiling, rights_valid, within)

ARGUMENTS = "entry resource rights source via"


def attach(o, me, entry, resource, rights, source, via):
    s = o.before
    o.refuse(z3.UGE(entry, ENTRIES_MAX), E_RANGE)
    of_process = s.in_directory(entry)
    with o.case(of_process):
        o.part("group_attach", group.attach, me, entry & 511, resource,
               rights)
    with o.case(z3.Not(of_process)):
        attach_resource(o, me, entry, resource, rights, source, via)


def attach_resource(o, me, entry, resource, rights, source, via):
    s = o.before
    table = z3.LShR(entry, 9)
    ceiling = rights_ceiling(rights)
    o.refuse(z3.Or(z3.UGE(resource, FRAMES_MAX), z3.UGE(source, ENTRIES_MAX),
                   z3.UGE(via, ENTRIES_MAX)), E_RANGE)
    o.refuse(z3.Not(rights_valid(rights)), E_RIGHTS)
    o.refuse(s.kind(table) != KIND_TABLE, E_KIND)
    o.refuse(s.flag(table, FRAME_GIVEN), E_GIVEN)
    o.refuse(present(s.entry(entry)), E_BUSY)
    refuse_place(o, me, entry, resource, ceiling)
    o.refuse(z3.Not(s.is_resource(resource)), E_KIND)
    o.refuse(s.flag(resource, FRAME_GIVEN), E_GIVEN)
    o.refuse(s.level(table) != s.level(resource) + 1, E_LEVEL)
    o.refuse(z3.And(s.kind(resource) == KIND_DEVICE,
                    bit(ceiling, RIGHT_X)), E_RIGHTS)
    with o.case(source == 0):
        o.refuse(z3.Not(s.owns(me, resource)), E_OWNER)
    with o.case(source != 0):
        refuse_source(o, me, resource, ceiling, source, via)
    o.refuse(s.refs(resource) == 2 ** 32 - 1, E_FULL)

    o.set("frame.live", table, s.live(table) + 1)
    o.set("frame.refs", resource, s.refs(resource) + 1)
    o.set("entry", entry, link(resource, s.kind(resource), s.level(resource),
                               rights))


def refuse_source(o, me, resource, ceiling, source, via):
    """`source` holds it and passes it on: an entry that I may edit, or one
    in a table that `via`, which I may edit, holds and passes on."""
    s = o.before
    table, direct = z3.LShR(source, 9), via == 0
    mine = z3.LShR(z3.If(direct, source, via), 9)
    o.refuse(z3.Not(z3.And(s.kind(mine) == KIND_TABLE, s.edits(me, mine))),
             E_OWNER)
    o.refuse(z3.And(z3.Not(direct), z3.Not(s.holds(via, table))), E_MATCH)
    o.refuse(z3.Not(z3.And(s.kind(table) == KIND_TABLE,
                           s.holds(source, resource))), E_MATCH)
    asked = ceiling | RIGHT_SHARE
    passed = z3.And(within(asked, entry_ceiling(s.entry(source))),
                    z3.Or(direct, within(asked, entry_ceiling(s.entry(via)))))
    o.refuse(z3.Not(passed), E_RIGHTS)
