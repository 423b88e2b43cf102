"""A machine before ring 3 and a model of it, side by side (grade/ops).

What a test needs is made in the model and written into the machine's books
and tables from outside; only the calls that are tested run in the kernel. So
no exercise needs another one to score.
"""

import struct

from grade.lab3.context import AT
from grade.ops import state
from grade.ops import words as w
from grade.ops.model import Model
from grade.ops.script import (OP_ATTACH, OP_UPDATE, OPERATION, Failed,
                              Session, operation)
from grade.paging import PAGE
from grade.verdict import Wrong, check

RECORDS = state.BASE + w.C["BOOKS_FRAMES"]
PROCESSES = state.BASE + w.C["BOOKS_PROCESSES"]
SHOWN = 6               # lines of what is wrong with a state
RET = "c3"
ARGUMENTS = {OP_ATTACH: ("entry", "resource", "rights", "source", "via"),
             OP_UPDATE: ("entry", "resource", "rights")}


class World:
    """A session, its model, and how both get into the same state.

    empty: names of kernel functions that are to do nothing.
    """

    def __init__(self, settings, boot, empty=()):
        self.session = Session(settings.build, settings.symbols,
                               settings.machine(boot))
        self.session.__enter__()
        for name in empty:
            at = settings.symbols.address[name]
            self.machine.gdb.ask(f"M{at:x},1:{RET}")
        self.unwritten = False  # a call met an exercise without a body
        self.start_over()
        self.next = self._room()

    def start_over(self):
        """Takes the machine as it is."""
        self.model = self.session.read()
        self.model.later = frozenset([4])
        self.base = None        # the model as the machine is; None: as it is
        self.pending = []       # [(step, answer, about)] not yet run

    def close(self):
        """Ends the machine."""
        self.session.__exit__(None, None, None)

    @property
    def machine(self):
        """The machine under it."""
        return self.session.guest.machine

    def _room(self):
        """Numbers of dirty frames, upwards from the largest span's middle,
        aligned to 2 MiB."""
        start, end = max(self.model.ram, key=lambda s: s[1] - s[0])
        return ((start + end) // 2 + 511) & -512

    # ---- making a state ---------------------------------------------------

    def prepare(self):
        """To be called before the model is changed by hand."""
        self.run()
        if self.base is None:
            self.base = self.model.copy()

    def new(self, kind, level, owner):
        """A frame that is a resource of that process."""
        self.prepare()
        align = 1 if kind == w.TABLE else w.level_frames(level)
        n = (self.next + align - 1) // align * align
        if level == 3 and kind == w.MEMORY:
            n = w.level_frames(3)
        else:
            self.next = n + align
        self.model.frames[n] = w.Frame(kind=kind, level=level, owner=owner)
        self.model.processes[owner].owned += w.cost(kind, level)
        return n

    def device(self, owner):
        """A device's frame that is that process's."""
        self.prepare()
        n = next(n for n, f in self.model.frames.items()
                 if f.kind == w.DEVICE and f.owner == w.INIT and not f.refs)
        self.model.frames[n].owner = owner
        return n

    def link(self, entry, resource, now, ceiling):
        """Puts a resource into an empty entry."""
        self.prepare()
        frame = self.model.frame(resource)
        self.model.store(entry, w.entry_make(resource, frame.kind,
                                             frame.level,
                                             w.rights(now, ceiling)))
        frame.refs += 1

    def post(self, entry, giver, kind, level, ceiling, generation=None):
        """Puts an acceptance into an empty entry."""
        self.prepare()
        if generation is None:
            generation = self.model.processes[giver].generation
        word = w.accept(giver, generation, kind, level)
        self.model.store(entry, word | ceiling << w.ACCEPT_CEILING_SHIFT)
        return word

    def process(self, slot, parent):
        """Makes a process with a table of each level, each in entry 1 of
        the one above; returns {level: table}."""
        model = self.model
        depth = model.depth
        tables = {depth: self.new(w.TABLE, depth, parent)}
        context = self.new(w.MEMORY, 1, parent)
        model.link(parent, slot, tables[depth], context,
                   w.allowance(256 >> slot, 16 >> slot))
        for level in range(depth - 1, 1, -1):
            tables[level] = self.new(w.TABLE, level, slot)
            self.link(tables[level + 1] * 512 + 1, tables[level], w.RWX,
                      w.RWX | w.SHARE)
        return tables

    # ---- writing it into the machine --------------------------------------

    def record(self, n):
        """The address of a frame's record."""
        return RECORDS + n * w.Frame.packing.size

    def _poke_virtual(self, address, data):
        found = self.session.guest.tables().translate(address)
        self.machine.poke(found[0], data)

    def poke(self, frame, offset, *words):
        """Writes words into a frame."""
        self.machine.poke(frame * PAGE + offset,
                          struct.pack(f"<{len(words)}Q", *words))

    def peek(self, frame, offset, count=1):
        """Words of a frame."""
        return self.session.guest.words(frame * PAGE + offset, count)

    def sync(self):
        """Writes into the machine what was changed in the model alone."""
        if self.base is None:
            return
        old, new = self.base, self.model
        fresh = {n for n, frame in new.frames.items()
                 if frame.kind == w.TABLE and old.frame(n).kind != w.TABLE}
        fresh |= {here.context for was, here in zip(old.processes,
                                                    new.processes)
                  if here.state == w.LIVE and here.context != was.context}
        for n in fresh:
            self.machine.poke(n * PAGE, bytes(PAGE))
        for n in new.frames:
            if n not in old.frames or \
                    old.frames[n].values() != new.frames[n].values():
                values = new.frames[n].values()
                self._poke_virtual(self.record(n),
                                   w.Frame.packing.pack(*values))
        for name in old.entries.keys() | new.entries.keys():
            if old.entry(name) != new.entry(name):
                self.poke(name // 512, name % 512 * 8, new.entry(name))
        size = w.Process.packing.size
        for slot, process in enumerate(new.processes):
            if process.values() != old.processes[slot].values():
                self._poke_virtual(PROCESSES + slot * size,
                                   w.Process.packing.pack(*process.values()))
        for n, (events, ring) in new.told.items():
            if old.told.get(n) != (events, ring):
                self.poke(n, AT["events"], events)
                self.poke(n, AT["taken"], *ring)
        self._sync_extents()
        self.base = None

    def _sync_extents(self):
        places = (w.C["BOOKS_EXTENTS2"], w.C["BOOKS_EXTENTS3"])
        for at, old, new in zip(places, self.base.recount(),
                                self.model.recount()):
            for n in old.keys() | new.keys():
                if old.get(n, 0) != new.get(n, 0):
                    self._poke_virtual(state.BASE + at + 2 * n,
                                       struct.pack("<H", new.get(n, 0)))

    # ---- calling ----------------------------------------------------------

    def ask(self, me, number, args, wanted=None, about=""):
        """Queues a call; the contract's answer to it. wanted: what the test
        believes that to be."""
        self.sync()
        answer = self.model.call(me, number, args)
        assert wanted in (None, answer), \
            f"{about}: {w.Error(answer).name}, not {w.Error(wanted).name}"
        self.pending.append((operation(me, number, *args), int(answer),
                             about))
        return answer

    def attach(self, me, args, wanted=w.OK, about=""):
        """Queues attach(entry, resource, rights, source, via)."""
        return self.ask(me, OP_ATTACH, args, wanted, about)

    def update(self, me, args, wanted=w.OK, about=""):
        """Queues update(entry, resource, rights)."""
        return self.ask(me, OP_UPDATE, args, wanted, about)

    def run(self, rule="an operation answers what its contract says"):
        """Runs what is queued. Wrong if an answer is not the contract's."""
        todo, self.pending = self.pending, []
        if not todo:
            return
        for answer, (step, wanted, about) in zip(
                self.steps([step for step, _, _ in todo], rule, todo[0][2]),
                todo):
            self.unwritten = bool(answer.missing)
            check(not answer.missing, rule, told(step, about),
                  f"exercise {answer.missing} is not written yet")
            check(answer.value == wanted, rule, told(step, about),
                  f"it answered {error_name(answer.value)}\n       where "
                  f"{error_name(wanted)} is right")

    def steps(self, steps, rule, about):
        """Runs steps; Wrong if one of them ends the machine."""
        try:
            return self.session.run(steps)
        except Failed as error:
            step = steps[min(self.session.at, len(steps) - 1)]
            raise Wrong(rule, told(step, about),
                        f"the machine did not come back: {error}") from None

    def judge(self, rule, asked=""):
        """Runs what is queued; Wrong unless all answers, and then all
        records and entries, are what the contracts say."""
        last = self.pending[-1] if self.pending else None
        self.run(rule)
        asked = asked or last and told(last[0], last[2])
        found = state.differences(self.model, self.read(rule, asked))
        check(not found, rule, f"{asked}: the books and tables afterwards",
              "; ".join(found[:SHOWN]))

    def glance(self, rule, entry, resource):
        """Runs what is queued; Wrong unless this entry, its table's record
        and the resource's are as they should be."""
        step, _, about = self.pending[-1]
        asked = told(step, about)
        self.run(rule)
        here, there = Model(0, 0, 0), Model(0, 0, 0)
        here.processes = there.processes
        for n in {entry // w.ENTRIES, resource} & self.model.frames.keys():
            data = self.session.guest.virtual(self.record(n),
                                              w.Frame.packing.size)
            there.frames[n] = w.Frame.read(data)[0]
            here.frames[n] = self.model.frames[n]
        word = self.peek(entry // w.ENTRIES, entry % w.ENTRIES * 8)[0]
        there.entries = {entry: word & w.COMPARED if word & w.P else word}
        here.entries = {entry: self.model.entry(entry)}
        if not self.model.is_directory(entry):
            found = state.differences(here, there)
            check(not found, rule, asked, "; ".join(found))

    def read(self, rule, asked):
        """The machine's state. Wrong if it cannot be read."""
        try:
            return self.session.read()
        except (ValueError, IndexError, struct.error) as error:
            raise Wrong(rule, asked, f"books that make no sense: {error}") \
                from None


def error_name(value):
    """An answer in words."""
    return w.Error(value).name if value in w.Error._value2member_map_ \
        else f"{value:#x}, which is no answer"


def told(step, about):
    """A call, its arguments named, and what it is about."""
    names = ARGUMENTS.get(step.number)
    if step.what != OPERATION or names is None:
        return about
    words = ", ".join(f"{name} {_shown(name, arg)}"
                      for name, arg in zip(names, step.args))
    return (f"{about}\n       process {step.me}: "
            f"{w.OPERATIONS[step.number]}({words})")


def _shown(name, arg):
    """An argument as a reader wants it: an entry as its table and index."""
    if name == "rights":
        return f"{arg:#x}"
    if name == "resource" or arg < w.ENTRIES or arg >= w.ENTRIES_MAX:
        return f"{arg:#x}"
    return state.entry_name(arg)
