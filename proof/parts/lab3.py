"""Lab 3: attach, update and the flush."""

import z3

from proof.part import Part
from proof.parts.lab1 import no_terms
from proof.parts.lab2 import of
from proof.spec import attach, flush, group, process, update


def attach_terms(s, terms, me, entry, resource, rights, source, via):
    terms.add("frame", resource, z3.LShR(entry, 9))
    terms.add("entry", entry, source, via)
    return terms.add("process", me)


def update_terms(s, terms, me, entry, resource, rights):
    terms.add("frame", resource, z3.LShR(entry, 9))
    terms.add("entry", entry)
    return terms.add("process", me, s.owner(z3.LShR(entry, 9)))


def process_terms(s, terms, me, slot, resource, rights):
    terms.add("frame", resource, s.context(slot), s.table(slot))
    return terms.add("process", me, slot)


def slot_fits(_, me, slot, *more):
    """An index into the directory."""
    return [z3.ULT(slot, 512)]


PARTS = (
    Part("flush_change", "flush_change", flush.flush_change, "before after",
         no_terms, 3, "3.3", pure=True, stale=1),
    of(attach, attach_terms, 3, "3.1", ("group_attach",)),
    Part("group_attach", "group_attach", group.attach,
         "me slot resource rights", process_terms, 3, None),
    of(update, update_terms, 3, "3.2", ("group_update", "process_update")),
    Part("group_update", "group_update", group.update,
         "me slot resource rights", process_terms, 3, None),
    Part("process_update", "process_update", process.update_process,
         "me slot resource rights", process_terms, 3, None,
         before=slot_fits),
)
