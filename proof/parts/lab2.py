"""Lab 2: create and alloc."""

from proof.part import Part
from proof.spec import alloc, create


def create_terms(s, terms, me, slot, table, context, allowance):
    terms.add("frame", table, context)
    return terms.add("process", me, slot, s.parent(slot))


def alloc_terms(s, terms, me, frame, level, kind, owner):
    terms.add("frame", frame, frame & ~511, frame & ~(512 * 512 - 1))
    terms.add("entry", owner)
    return terms.add("process", me, owner)


def of(module, terms, lab, exercise, apart=()):
    name = module.__name__.rsplit(".", 1)[-1]
    return Part(name, f"op_{name}", getattr(module, name),
                "me " + module.ARGUMENTS, terms, lab, exercise, apart=apart)


PARTS = (
    of(create, create_terms, 2, "2.3"),
    of(alloc, alloc_terms, 2, "2.2"),
)
