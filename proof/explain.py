"""A counterexample in the kernel's own words."""

import z3

from proof.words import (ERRORS, FRAMES_MAX, KINDS, PROCESS_MAX, RESOURCE_NONE,
                         STATES, entry_ceiling, entry_rights, present, target)

# Which invariants speak of a field (spec/invariants.py, spec/counting.py).
INVARIANTS = {
    "frame.refs": "1: refs is how many entries and contexts have the frame",
    "frame.live": "2: live is how many entries of the table are present",
    "entry": "3 to 5: what an entry may hold, and with which rights",
    "frame.kind": "3: a resource has an owner, and a level that fits",
    "frame.level": "3: a resource has an owner, and a level that fits",
    "frame.owner": "3 and 11: owners, and what they own",
    "frame.flags": "7: what is free, given back, a context or vital",
    "frame.cleared": "7: what is free is full of zeros",
    "extents2": "9: two resources never overlap",
    "extents3": "9: two resources never overlap",
    "process.owned": "11: what all own and may own adds up",
    "process.allowance": "11: what all own and may own adds up",
    "process.slots": "11: what all own and may own adds up",
    "process.children": "11: children is how many processes have it as parent",
    "process.vitals": "11: vitals is how many of its frames are vital",
    "process.running": "12: who has the processor",
    "process.giver": "12: who has the processor",
    "process.lease": "12: no lease outlasts its giver's",
    "stale": "10: no translation is used that the tables no longer hold",
}
FLAGS = ((1, "given back"), (2, "context"), (4, "vital"))
# How the words of an operation's arguments are to be read.
FRAME = ("frame", "table", "context", "resource", "other")
ENTRY = ("entry", "with_", "source", "via")
PROCESS = ("me", "slot")
# Parts whose answer is a number, and no error.
NUMBERS = ("entry_", "batch")


class Reader:
    """Looks things up in a model."""

    def __init__(self, model, view):
        self.model, self.view = model, view

    def number(self, formula):
        value = self.model.eval(formula, model_completion=True)
        if z3.is_bv_value(value):
            return value.as_long()
        return int(z3.is_true(value))

    def frame(self, f):
        if f >= FRAMES_MAX:
            return f"{f:#x}"
        s, word = self.view, z3.BitVecVal(f, 64)
        kind = self.number(s.kind(word))
        text = f"frame {f:#x} ({KINDS[kind] if kind < 8 else kind}"
        text += f" of level {self.number(s.level(word))}"
        if kind in (4, 5, 6):
            text += f", of process {self.number(s.owner(word))}"
            text += f", refs {self.number(s.refs(word))}"
        if kind == 5:
            text += f", live {self.number(s.live(word))}"
        flags = self.number(s.flags(word))
        return text + "".join(f", {n}" for b, n in FLAGS if flags & b) + ")"

    def entry(self, e):
        if e >= FRAMES_MAX * 512:
            return f"{e:#x}"
        value = self.view.entry(z3.BitVecVal(e, 64))
        text = f"entry {e % 512} of {self.frame(e // 512)}"
        return f"{text}, {self.value(value)}"

    def value(self, value):
        if not self.number(present(value)):
            raw = self.number(value)
            return f"empty, with {raw:#x} posted" if raw else "empty"
        rights = letters(self.number(entry_rights(value)))
        ceiling = letters(self.number(entry_ceiling(value)))
        return (f"holding {self.frame(self.number(target(value)))}, rights "
                f"{rights}, ceiling {ceiling}")

    def process(self, p):
        if p >= PROCESS_MAX:
            return f"{p:#x}"
        s, word = self.view, z3.BitVecVal(p, 64)
        state = self.number(s.state(word))
        return (f"process {p} ({STATES[state] if state < 3 else state}, child "
                f"of {self.number(s.parent(word))})")


def letters(rights):
    return "".join(c for b, c in ((1, "R"), (2, "W"), (4, "X"), (8, "S"))
                   if rights & b) or "none"


def argument(read, name, formula):
    number = read.number(formula)
    if number == RESOURCE_NONE:
        return f"{name.rstrip('_')} = RESOURCE_NONE"
    for names, tell in ((FRAME, read.frame), (ENTRY, read.entry),
                        (PROCESS, read.process)):
        if name in names:
            return f"{name.rstrip('_')} = {number:#x}: {tell(number)}"
    return f"{name} = {number:#x}"


def lines(proof, answer):
    """The lines that tell of a failed question: first what the C answers and
    what it should."""
    query = answer.query
    found = [f"    {query.group}: {answer.verdict}"]
    if proof.part.exercise:
        found[0] += f" (exercise {proof.part.exercise})"
    if answer.model is None:
        return found + [f"      {query.what}: {answer.why}"]
    read = Reader(answer.model, proof.before)
    answers = {n: f for n, f in query.about.items() if n.endswith("answers")}
    found.append(f"      {query.failed(answer.model)}")
    found += outcome(read, query, answers)
    found.append("      It goes wrong where")
    found += [f"        {argument(read, name, formula)}"
              for name, formula in proof.values.items()]
    if not proof.part.pure and "me" not in proof.values:
        runs = read.number(proof.before.running_process)
        found.append(f"        the caller is {read.process(runs)}")
    found += outcome(read, query, {n: f for n, f in query.about.items()
                                   if n not in answers})
    if query.what in INVARIANTS:
        found.append(f"      invariant {INVARIANTS[query.what]}")
    return found


def outcome(read, query, about):
    """What came of it, and what should have."""
    told = []
    for name, formula in about.items():
        number = read.number(formula)
        if name.endswith("answers"):
            text = f"{number:#x}" if query.group.startswith(NUMBERS) or \
                number >= len(ERRORS) else ERRORS[number]
        elif query.what == "entry" and name != "at":
            text = f"{number:#x}: {read.value(formula)}"
        elif name == "at" and query.what in ("entry", "context"):
            text = f"entry {number % 512} of frame {number // 512:#x}"
        else:
            text = f"{number:#x}"
        told.append(f"      {name}: {text}")
    return told
