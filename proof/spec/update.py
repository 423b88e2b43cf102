"""update: what an entry allows, and revocation."""

import z3

from proof.spec import group
from proof.spec.process import update_process
from proof.spec.shared import tell, tell_taken, unref, vital_forbids
from proof.words import (ENTRIES_MAX, EVENT_ASKED, E_BUSY, E_FULL, E_GIVEN,
                         E_KIND, E_MATCH, E_OWNER, E_RANGE, E_RIGHTS, E_VITAL,
                         FRAME_GIVEN, FRAME_VITAL, KIND_DEVICE, KIND_MEMORY,
                         KIND_TABLE, RIGHTS_ASK, RIGHTS_MORTAL, RIGHTS_NONE,
                         RIGHTS_VITAL, RIGHT_X, VITAL_MAX, accept_valid,
                         accept_word, bit, entry_ceiling, entry_rights, ite,
                         present, relink, rights_ceiling, rights_now,
                         rights_valid, within, word)

ARGUMENTS = "entry resource rights"


def update(o, me, entry, resource, rights):
    s = o.before
    o.refuse(z3.UGE(entry, ENTRIES_MAX), E_RANGE)
    of_process, of_group = s.in_directory(entry), group.is_group(resource)
    with o.case(z3.And(of_process, of_group)):
        o.part("group_update", group.update, me, entry & 511, resource,
               rights)
    with o.case(z3.And(of_process, z3.Not(of_group))):
        o.part("process_update", update_process, me, entry & 511, resource,
               rights)
    with o.case(z3.Not(of_process)):
        update_entry(o, me, entry, resource, rights)


def marks(rights):
    """A word that changes no rights."""
    return z3.Or(rights == RIGHTS_ASK, rights == RIGHTS_VITAL,
                 rights == RIGHTS_MORTAL)


def update_entry(o, me, entry, resource, rights):
    s = o.before
    table, value = z3.LShR(entry, 9), s.entry(entry)
    o.refuse(z3.Not(z3.Or(rights == RIGHTS_NONE, rights_valid(rights),
                          marks(rights))), E_RIGHTS)
    o.refuse(s.kind(table) != KIND_TABLE, E_KIND)
    with o.case(z3.Not(present(value))):
        accept_update(o, me, entry, resource, rights)
    with o.case(present(value)):
        o.refuse(z3.Not(s.holds(entry, resource)), E_MATCH)
        o.refuse(z3.Not(z3.Or(s.edits(me, table), s.owns(me, resource))),
                 E_OWNER)
        with o.case(rights == RIGHTS_ASK):
            tell(o, s.owner(table), EVENT_ASKED)
        with o.case(z3.Or(rights == RIGHTS_VITAL, rights == RIGHTS_MORTAL)):
            mark_vital(o, me, resource, rights == RIGHTS_VITAL)
        with o.case(z3.Not(marks(rights))):
            change(o, me, entry, resource, rights)


def accept_update(o, me, entry, posted, rights):
    """On an empty entry: posts an acceptance, or withdraws it."""
    s = o.before
    table, value = z3.LShR(entry, 9), s.entry(entry)
    withdraw = rights == RIGHTS_NONE
    o.refuse(s.flag(table, FRAME_GIVEN), E_GIVEN)
    o.refuse(z3.Not(s.edits(me, table)), E_OWNER)
    o.refuse(z3.Or(z3.Not(accept_valid(posted)),
                   z3.If(withdraw, accept_word(value) != posted,
                         z3.Not(rights_valid(rights)))), E_MATCH)
    o.refuse(z3.And(z3.Not(withdraw), value != 0), E_BUSY)
    o.set("entry", entry, ite(withdraw, 0,
                              posted | rights_ceiling(rights) << 48))


def mark_vital(o, me, frame, vital):
    s = o.before
    marked = s.flag(frame, FRAME_VITAL)
    o.refuse(s.owner(frame) != me, E_OWNER)
    o.refuse(z3.Or(s.kind(frame) != KIND_MEMORY, s.level(frame) != 1), E_KIND)
    o.refuse(s.flag(frame, FRAME_GIVEN), E_GIVEN)
    o.refuse(z3.And(vital, z3.Not(marked), s.vitals(me) == VITAL_MAX), E_FULL)
    with o.when(z3.And(vital, z3.Not(marked))):
        o.set("frame.flags", frame, s.flags(frame) | FRAME_VITAL)
        o.set("process.vitals", me, s.vitals(me) + 1)
    with o.when(z3.And(z3.Not(vital), marked)):
        o.set("frame.flags", frame, s.flags(frame) & ~word(FRAME_VITAL))
        o.set("process.vitals", me, s.vitals(me) - 1)


def change(o, me, entry, resource, rights):
    """Other rights, or none: then the entry is empty and the resource has one
    ref less."""
    s = o.before
    table, value = z3.LShR(entry, 9), s.entry(entry)
    now, ceiling = rights_now(rights), rights_ceiling(rights)
    editor, owner = s.edits(me, table), s.owns(me, resource)
    o.refuse(z3.And(vital_forbids(s, me, resource),
                    s.owner(table) == s.owner(resource),
                    z3.Not(within(entry_rights(value), now))), E_VITAL)
    lifted = z3.And(editor, owner)
    o.refuse(z3.Or(
        z3.Not(z3.Or(lifted, within(ceiling, entry_ceiling(value)))),
        z3.Not(z3.Or(editor, within(now, entry_rights(value)))),
        z3.And(s.kind(resource) == KIND_DEVICE,
               bit(now | ceiling, RIGHT_X))), E_RIGHTS)

    after = relink(value, rights)
    o.set("entry", entry, after)
    lost = z3.Not(within(entry_rights(value), entry_rights(after)))
    with o.when(z3.And(s.owner(table) != me, lost)):
        tell_taken(o, s.owner(table), entry)
    with o.when(rights == RIGHTS_NONE):
        o.set("frame.live", table, s.live(table) - 1)
        unref(o, resource)
