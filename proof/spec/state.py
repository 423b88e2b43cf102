"""The kernel's state as the specification sees it, and what an operation
makes of it."""

import contextlib

import z3

from proof.memory import conj, narrow, widen
from proof.words import (ADDRESS, FRAMES_MAX, KIND_DEVICE, KIND_MEMORY,
                         KIND_TABLE, OK, PROCESS_LIVE, PROCESS_MAX,
                         level_frames, present, word)


class View:
    """Reads a Memory: every field is a word of 64 bits."""

    def __init__(self, memory):
        self.memory = memory

    def _read(self, name, index=None):
        return widen(self.memory.read(
            name, None if index is None else word(index)))

    def __getattr__(self, name):
        """frame.kind as kind(f), process.state as state(p), group.first as
        group_first(n)."""
        for prefix in ("frame", "process"):
            field = f"{prefix}.{name}"
            if field in self.memory.widths and name != "spare":
                return lambda index: self._read(field, index)
        if name.startswith("group_"):
            return lambda index: self._read(f"group.{name[6:]}", index)
        if name in ("extents2", "extents3", "entry", "context_word", "irq",
                    "reset", "rank", "whose"):
            field = name.removesuffix("_word")
            return lambda index: self._read(field, index)
        raise AttributeError(name)

    # ---- constants and the processor ----------------------------------------

    @property
    def depth(self):
        return self._read("depth")

    @property
    def page_levels(self):
        return self._read("page_levels")

    @property
    def directory(self):
        return self._read("books.directory")

    @property
    def running_process(self):
        """The process that has the processor."""
        return self._read("cpu.process", 0)

    # ---- words of the contracts ---------------------------------------------

    def in_directory(self, entry):
        return z3.LShR(entry, 9) == self.directory

    def is_resource(self, frame):
        kind = self.kind(frame)
        return z3.Or(kind == KIND_MEMORY, kind == KIND_TABLE,
                     kind == KIND_DEVICE)

    def owns(self, me, frame):
        """The resource is mine, or my child's."""
        owner = self.owner(frame)
        return z3.Or(owner == me, self.parent(owner) == me)

    edits = owns      # the table is mine, or my child's

    def is_mine(self, me, process):
        """It is me, or a live child of mine."""
        return z3.And(z3.ULT(process, PROCESS_MAX),
                      self.state(process) == PROCESS_LIVE,
                      z3.Or(process == me, self.parent(process) == me))

    def flag(self, frame, flag):
        return self.flags(frame) & flag != 0

    def cost(self, frame):
        """Frames of 4 KiB of its owner's allowance."""
        return z3.If(self.kind(frame) == KIND_MEMORY,
                     level_frames(self.level(frame)), word(1))

    def holds(self, entry, resource):
        """The entry of that name is live and holds that resource."""
        value = self.entry(entry)
        return z3.And(z3.ULT(resource, FRAMES_MAX), present(value),
                      value & ADDRESS == resource << 12)

    def has_group(self, process, number):
        return z3.LShR(self.groups(process), number) & 1 == 1

    def level_is_there(self, kind, level):
        """This machine has resources of that kind and level."""
        most = z3.If(kind == KIND_TABLE, self.depth, self.page_levels)
        least = z3.If(kind == KIND_TABLE, word(2), word(1))
        return z3.And(z3.UGE(level, least), z3.ULE(level, most))

    def covered(self, frame, level):
        """A larger resource or dirty unit of that level begins before the
        frame and reaches over it."""
        head = frame & ~(512 ** (level - 1) - 1)
        return z3.And(head != frame, self.reaches(head, level))

    def reaches(self, head, level):
        kind = self.kind(head)
        return z3.And(z3.Or(kind == KIND_MEMORY, kind == 2),
                      z3.UGE(self.level(head), level))


def answer_of(name):
    return z3.BitVec(f"answer of {name}", 32)


def note(name, arguments):
    """(field, value, index) of what a call leaves of itself."""
    yield "calls", word(len(name)), None
    for i, value in enumerate(arguments):
        yield "called", value, i


def noted(name):
    """Stands for a function that is proved by itself: notes the call."""
    def call(executor, state, *arguments):
        for field, value, index in note(name, arguments):
            bits = state.memory.widths[field]
            state.memory.write(field, None if index is None else word(index),
                               narrow(value, bits))
        return answer_of(name)
    return call


class Outcome:
    """What an operation answers, and the state after it: first the checks in
    their order, then what changes if none of them holds."""

    def __init__(self, view, only=None, apart=()):
        """`only`: the one case, a path of `seen`, that is to be said of.
        `apart`: functions of the C that are proved by themselves, so that it
        is enough to say that they are called."""
        self.before = view
        self.now = View(view.memory.copy())
        self.checks = []          # (condition, error)
        self.value = word(OK)
        self.seen = []            # the cases, each a path of conditions
        self.called = None        # the function that is proved by itself
        self._only, self._path, self._dead = only, (), 0
        self._apart = apart
        self._conditions = []

    @contextlib.contextmanager
    def case(self, condition):
        """What follows is said of this case alone, which the proofs take by
        itself."""
        condition = z3.simplify(condition)
        path = self._path + (condition,)
        depth = len(self._path)
        self.seen.append(path)
        if self._only is None:
            self._conditions.append(condition)
            dead = False
        else:
            dead = depth >= len(self._only) or \
                not self._only[depth].eq(condition)
        self._dead += dead
        before, self._path = self._path, path
        yield
        self._path = before
        self._dead -= dead
        if self._only is None:
            self._conditions.pop()

    @contextlib.contextmanager
    def when(self, condition):
        """What follows is said of this case alone."""
        self._conditions.append(z3.simplify(condition))
        yield
        self._conditions.pop()

    def part(self, name, specify, *arguments):
        """What the C's function of that name does, in whole, or by name."""
        if name not in self._apart:
            specify(self, *arguments)
        elif not self._dead:
            self.called = name
            self.answer(widen(answer_of(name)))
            for field, value, index in note(name, arguments):
                self.set(field, index, value)

    def refuse(self, condition, error):
        if self._dead:
            return
        self.checks.append((conj(*self._conditions, condition), error))

    def set(self, name, index, value):
        """The field has that value afterwards."""
        if self._dead:
            return
        bits = self.now.memory.widths[name]
        self.now.memory.write(name, None if index is None else word(index),
                              narrow(word(value), bits),
                              conj(*self._conditions))

    def clear(self, frame, count):
        """So many frames from that one on are full of zeros."""
        if self._dead:
            return
        self.now.memory.write("entry", word(frame), word(0),
                              conj(*self._conditions), shift=9, span=count)

    def answer(self, value):
        if self._dead:
            return
        self.value = z3.If(conj(*self._conditions), word(value), self.value)

    def cases(self):
        """[(condition, path)]: each case that has no others in it, and what
        is left of those that have."""
        found = []
        for path in [(), *self.seen]:
            inner = [p[-1] for p in self.seen
                     if len(p) == len(path) + 1 and p[:-1] == path]
            rest = [z3.Not(c) for c in inner]
            found.append((conj(*path, *rest), path))
        return found

    # ---- the answer ---------------------------------------------------------

    def refused(self):
        return z3.Or(*[c for c, _ in self.checks], z3.BoolVal(False))

    def result(self):
        """The first error whose condition holds, or the answer."""
        result = self.value
        for condition, error in reversed(self.checks):
            result = z3.If(condition, word(error), result)
        return result

