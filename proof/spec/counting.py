"""The invariants that count (1, 2, 9, 11): a counter equals the sum, over all
things of a kind, of what each of them adds to it.

Z3 proves of each operation that the counter changes by as much as the things
that change, and that no other thing changes what it adds. That a sum then
follows is a lemma that lemmas.py proves by induction; so are the facts about
sums that the proofs use: a sum is no less than any two of its terms, and one
that is as large as it can be has no term that is 0."""

import z3

from proof.memory import conj
from proof.words import (FRAME_VITAL, KIND_FREE, KIND_TABLE, PROCESS_FREE,
                         PROCESS_LIVE, PROCESS_MAX, ite, present, target, word)

MOST_FRAMES = 2 ** 35      # more than any machine's, devices and all


def in_process(p):
    return z3.And(z3.UGE(p, 1), z3.ULT(p, PROCESS_MAX))


def is_counted(s, e):
    """Entries that hold refs: those of tables, and the directory's lower
    half."""
    table = z3.LShR(e, 9)
    return z3.Or(s.kind(table) == KIND_TABLE,
                 z3.And(table == s.directory, z3.ULT(e & 511, PROCESS_MAX)))


def entry_refs(s, e, f):
    value = s.entry(e)
    return ite(conj(is_counted(s, e), present(value), target(value) == f), 1)


def context_refs(s, p, f):
    return ite(conj(in_process(p), s.state(p) == PROCESS_LIVE,
                    s.context(p) == f), 1)


def entry_lives(s, e, t):
    table = z3.LShR(e, 9)
    return ite(conj(table == t, s.kind(t) == KIND_TABLE,
                    present(s.entry(e))), 1)


def frame_free(s, f, x):
    return ite(conj(z3.LShR(f, 9) == x, s.kind(f) == KIND_FREE), 1)


def extent_free(s, x, y):
    return ite(conj(z3.LShR(x, 9) == y, s.extents2(x) == 512), 1)


def frame_owned(s, f, p):
    return ite(conj(s.owner(f) == p, s.is_resource(f)), s.cost(f))


def frame_vital(s, f, p):
    return ite(conj(s.owner(f) == p, s.flag(f, FRAME_VITAL)), 1)


def is_child(s, q, p):
    """Of a process: init's parent, 0, is none, and counts nothing."""
    return ite(conj(in_process(p), in_process(q), s.state(q) != PROCESS_FREE,
                    s.parent(q) == p), 1)


def has_frames(s, p, _):
    return ite(in_process(p), s.owned(p) + s.allowance(p))


def has_slots(s, p, _):
    return ite(in_process(p),
               s.slots(p) + ite(s.state(p) != PROCESS_FREE, 1))


# Which sums matter to which.
WITH = {"refs": ("refs", "live"), "live": ("refs", "live"),
        "extents3": ("extents2", "extents3")}


def few_slots(s, p):
    """has_slots in the 16 bits of its field: terms of a sum that is the same
    modulo 2^16 and that are all below 256 have the same sum."""
    used = z3.If(s.state(p) != PROCESS_FREE, z3.BitVecVal(1, 16),
                 z3.BitVecVal(0, 16))
    return z3.If(in_process(p), s.memory.read("process.slots", p) + used,
                 z3.BitVecVal(0, 16))


class Count:
    """`counter` of (state, what it counts for) is the sum over the things of
    each kind in `terms`; at most `most`, if each thing adds at most 1."""

    def __init__(self, number, name, counter, index, terms, most=None):
        self.number, self.name, self.counter = number, name, counter
        self.index, self.terms, self.most = index, terms, most
        self.sums = name in ("owned", "all frames", "all slots")


COUNTS = (
    Count(1, "refs", lambda s, f: s.refs(f), "frame",
          {"entry": entry_refs, "process": context_refs}),
    Count(2, "live", lambda s, t: s.live(t), "frame",
          {"entry": entry_lives}),
    Count(9, "extents2", lambda s, x: s.extents2(x), "extent2",
          {"frame": frame_free}, 512),
    Count(9, "extents3", lambda s, y: s.extents3(y), "extent3",
          {"extent2": extent_free}, 512),
    Count(11, "owned", lambda s, p: s.owned(p), "process",
          {"frame": frame_owned}),
    Count(11, "vitals", lambda s, p: s.vitals(p), "process",
          {"frame": frame_vital}),
    Count(11, "children", lambda s, p: s.children(p), "process",
          {"process": is_child}, PROCESS_MAX - 1),
    Count(11, "all frames", lambda s, _: word(MOST_FRAMES), "nothing",
          {"process": has_frames}),
    Count(11, "all slots", lambda s, _: word(PROCESS_MAX - 1), "nothing",
          {"process": has_slots}),
)


def facts(s, terms, names=None):
    """What the sums say of these things, {kind: [terms]}: all sums, or those
    of these names."""
    said = []
    for count in COUNTS:
        if names and count.name not in names:
            continue
        indices = terms.get(count.index, [word(0)])
        for at in indices:
            said += _two_terms(s, count, at, terms)
            if count.most:
                said.append(z3.ULE(count.counter(s, at), count.most))
    for p in terms.get("process", []):
        said.append(z3.ULE(s.vitals(p), s.owned(p)))
    for f in terms.get("frame", []):
        x = z3.LShR(f, 9)
        said.append(z3.Implies(s.extents2(x) == 512, s.kind(f) == KIND_FREE))
        said.append(z3.Implies(s.extents3(z3.LShR(x, 9)) == 512,
                               s.extents2(x) == 512))
    for e in terms.get("entry", []):
        t = z3.LShR(e, 9)
        said.append(z3.Implies(conj(s.kind(t) == KIND_TABLE,
                                    z3.Not(present(s.entry(e)))),
                               z3.ULE(s.live(t), 511)))
    return said


def _two_terms(s, count, at, terms):
    """The counter is no less than any two different things add."""
    things = [(kind, x, weight(s, x, at))
              for kind, weight in count.terms.items()
              for x in terms.get(kind, [])]
    total, said = count.counter(s, at), []
    for n, (kind, x, adds) in enumerate(things):
        said.append(z3.ULE(adds, total))
        for other, y, more in things[:n]:
            apart = z3.BoolVal(True) if kind != other else x != y
            said.append(z3.Implies(apart, conj(z3.ULE(adds, total - more),
                                               z3.ULE(more, total))))
    return said


def kept(before, after, changed, fresh, counters):
    """(count, goal) of each: its counter, for an arbitrary index, changes by
    what the changed things add; and an arbitrary other thing changes
    nothing. `fresh` are arbitrary things by kind, `counters` indices."""
    for count in COUNTS:
        if count.name == "all slots":
            yield count, slots_kept(before, after, changed.get("process", ()))
        at = counters.get(count.index, word(0))
        delta = word(0)
        others = []
        for kind, weight in count.terms.items():
            things = changed.get(kind, [])
            for n, x in enumerate(things):
                first = conj(*[x != y for y in things[:n]])
                delta = delta + ite(first, weight(after, x, at) -
                                    weight(before, x, at))
            x = fresh[kind]
            others.append(z3.Implies(conj(*[x != y for y in things]),
                                     weight(after, x, at) ==
                                     weight(before, x, at)))
        if count.name != "all slots":
            yield count, (count.counter(after, at) ==
                          count.counter(before, at) + delta)
        for other in others:
            yield count, other


def slots_kept(before, after, processes):
    delta = z3.BitVecVal(0, 16)
    for n, x in enumerate(processes):
        first = conj(*[x != y for y in processes[:n]])
        delta = delta + z3.If(first, few_slots(after, x) -
                              few_slots(before, x), z3.BitVecVal(0, 16))
    return delta == 0
