"""Which frames, processes and entries a proof speaks of: an invariant says
something of all of them, and a proof uses it for those that matter, so that
no query has a quantifier."""

import z3

from proof.memory import conj
from proof.spec import counting, invariants
from proof.words import ENTRIES_MAX, FRAMES_MAX, PROCESS_MAX, target, word


class Terms:
    """Frames, processes and entries by formula, each once."""

    def __init__(self):
        self.kinds = {}

    def add(self, kind, *formulas):
        known = self.kinds.setdefault(kind, [])
        for formula in formulas:
            formula = z3.simplify(word(formula))
            if not any(formula.eq(k) for k in known):
                known.append(formula)
        return self

    def get(self, kind):
        return list(self.kinds.get(kind, []))

    def copy(self):
        new = Terms()
        new.kinds = {k: list(v) for k, v in self.kinds.items()}
        return new


def near(s, terms):
    """Adds what is next to those: tables, what entries hold, owners and their
    parents. Enough for most questions, and quick."""
    every = terms.copy()
    for e in terms.get("entry"):
        every.add("frame", z3.LShR(e, 9), target(s.entry(e)))
    every.add("process", s.running_process)
    for f in every.get("frame"):
        every.add("process", s.owner(f))
    return every


def close(s, terms):
    """Adds what those lead to: an entry's table and what it holds, a frame's
    owner, a process's parent, giver, table and context."""
    every = terms.copy()
    for e in terms.get("entry"):
        every.add("frame", z3.LShR(e, 9), target(s.entry(e)))
    every.add("frame", s.directory)
    every.add("process", s.running_process, s.giver(s.running_process), 1)
    for p in every.get("process"):
        every.add("frame", s.table(p), s.context(p))
        every.add("entry", s.directory * 512 + p)
    every.add("entry", s.directory * 512)
    for f in every.get("frame"):
        every.add("process", s.owner(f))
    for p in every.get("process"):
        every.add("process", s.parent(p))
    return every


def local(s, every):
    """The invariants that speak of one thing, of all those."""
    said = [invariant(s) for invariant in invariants.OF_STATE]
    for f in every.get("frame"):
        said += [inv(s, f) for inv in invariants.OF_FRAME]
    for e in every.get("entry"):
        said += [inv(s, e) for inv in invariants.OF_ENTRY]
    for p in every.get("process"):
        said += [inv(s, p) for inv in invariants.OF_PROCESS]
        said.append(z3.ULT(s.rank(p), PROCESS_MAX))
    return [x for x in said if not z3.is_true(x)]


def apart(s, every):
    """Those that speak of two processes."""
    processes = every.get("process")
    return [invariants.processes_apart(s, p, q)
            for n, p in enumerate(processes) for q in processes[:n]]


def counted(s, terms, names=None):
    """What sums say of these things."""
    kinds = {kind: terms.get(kind) for kind in
             ("frame", "process", "entry", "extent2", "extent3")}
    for f in terms.get("frame"):
        kinds["extent2"] = kinds["extent2"] + [z3.LShR(f, 9)]
        kinds["extent3"] = kinds["extent3"] + [z3.LShR(f, 18)]
    return counting.facts(s, kinds, names)


def hypotheses(s, terms):
    """All of them."""
    every = close(s, terms)
    return local(s, every) + apart(s, every) + counted(s, terms)


def clean(s, f, i):
    return invariants.frame_clean(s, f, i)


def in_range(frame=None, process=None, entry=None):
    return conj(
        None if frame is None else z3.ULT(frame, FRAMES_MAX),
        None if process is None else z3.ULT(process, PROCESS_MAX),
        None if entry is None else z3.ULT(entry, ENTRIES_MAX))
