"""A machine before ring 3 and a model of it, side by side.

What a test needs is made in the model and written into the machine's books
and tables from outside; only the calls that are tested run in the kernel. So
no exercise needs another one to score.
"""

import struct
from itertools import count

from grade.ops import state
from grade.ops import words as w
from grade.ops.blame import Memory, blamed
from grade.ops.books import Books
from grade.ops.script import (CLEAN, DROP, IS_FREE, OP_ALLOC, OP_ATTACH,
                              OP_CREATE, OP_SWAP, OP_UPDATE, OPERATION,
                              STALE, TAKE, Failed, Session, operation)
from grade.paging import PAGE
from grade.verdict import LetIn, Wrong, check

SHOWN = 6               # lines of what is wrong with a state
UNIT = w.level_frames(2)
RET = b"\xc3"
ARGUMENTS = {OP_CREATE: ("slot", "table", "context", "allowance"),
             OP_ALLOC: ("frame", "level", "kind", "owner"),
             OP_ATTACH: ("entry", "resource", "rights", "source", "via"),
             OP_UPDATE: ("entry", "resource", "rights"),
             OP_SWAP: ("entry", "with", "resource", "other", "lease")}
FRAME_CALLS = {IS_FREE: "frame_is_free", TAKE: "frame_take",
               DROP: "frame_drop", CLEAN: "frame_clean"}
ENTRIES = ("entry", "with", "source", "via")    # arguments that name one


class World:
    """A session, its model, and how both get into the same state.

    empty: names of kernel functions that are to do nothing.
    """
    LATER = frozenset()         # operations that the lab does not have
    LINKED = w.RWX, w.RWX | w.SHARE     # rights of a table in the one above

    def __init__(self, settings, boot, empty=()):
        self.secret, self.boot = settings.secret, boot
        self.session = self.opened(settings, boot)
        self.session.__enter__()
        self.books = Books(self.session.guest)
        for name in empty:
            self.code(settings.symbols.address[name], RET)
        self.unwritten = False  # a call met an exercise without a body
        self.start_over()
        self.begin("")
        self.dice = self.secret.dice("room", boot)
        self.next = self._first_room()
        self.skipped, self.units = 0, self._units()

    def opened(self, settings, boot):
        """The session, not yet entered."""
        return Session(settings.build, settings.symbols,
                       settings.machine(boot))

    def start_over(self):
        """Takes the machine as it is."""
        self.model = self.session.read()
        self.model.later = self.LATER
        self.base = None        # the model as the machine is; None: as it is
        self.pending = []       # [(step, answer, about)] not yet run

    def keep(self):
        """Keeps the machine and its model as they are, for start_again."""
        self.run()
        self.sync()
        self.kept = Memory(self.machine), self.model.copy()

    def start_again(self):
        """Takes the machine back to what was kept: a test that met an
        exercise without a body left it half-way."""
        memory, model = self.kept
        memory.put_back()
        self.model, self.base, self.pending = model.copy(), None, []

    def close(self):
        """Ends the machine."""
        self.session.__exit__(None, None, None)

    @property
    def machine(self):
        """The machine under it."""
        return self.session.guest.machine

    def code(self, address, code):
        """Writes code at a virtual address."""
        self.machine.gdb.ask(f"M{address:x},{len(code):x}:{code.hex()}")

    def _first_room(self):
        """Numbers of dirty frames, upwards from the largest span's middle,
        aligned to 2 MiB; where RAM is small, from somewhere before it."""
        start, end = self._span()
        return ((start + end) // 2 + UNIT - 1) & -UNIT

    def _span(self):
        return max(self.model.ram, key=lambda s: s[1] - s[0])

    def _units(self):
        """The units of 2 MiB that a run with a secret takes, in its order."""
        start, end = self._span()
        first = -(-(start + (end - start) * 3 // 8) // UNIT)
        return self.dice.sample(range(first, end // UNIT),
                                end // UNIT - first)

    # ---- making a state ---------------------------------------------------

    def prepare(self):
        """To be called before the model is changed by hand."""
        self.run()
        if self.base is None:
            self.base = self.model.copy()

    def room(self, level=1):
        """The first frame of a dirty unit that no test has had."""
        self.prepare()
        if self.secret.text is not None:
            return self._hidden_room(level)
        size = w.level_frames(level)
        n = (self.next + size - 1) // size * size
        self.next = n + size
        return n

    def _hidden_room(self, level):
        """The same, somewhere; no frame says where the next one will be."""
        if level == 2:
            return self.units.pop() * UNIT
        if self.skipped % UNIT == 0:
            self.next, self.skipped = self.units.pop() * UNIT, 0
        gap = self.dice.randrange(min(4, UNIT - self.skipped))
        self.skipped += gap + 1
        return self.next + self.skipped - 1

    def new(self, kind, level, owner):
        """A frame that is a resource of that process."""
        n = self.room(level if kind == w.MEMORY else 1)
        self.model.frames[n] = w.Frame(kind=kind, level=level, owner=owner)
        self.model.processes[owner].owned += w.cost(kind, level)
        return n

    def device(self, owner):
        """A device's frame that is that process's."""
        self.prepare()
        found = [n for n, f in self.model.frames.items()
                 if f.kind == w.DEVICE and f.owner == w.INIT and not f.refs]
        n = self.moved(found[0], lambda dice: dice.choice(found))
        self.model.frames[n].owner = owner
        self.model.charge(w.INIT, -1)
        self.model.charge(owner, 1)
        return n

    def link(self, entry, resource, now, ceiling):
        """Puts a resource into an empty entry."""
        self.prepare()
        frame = self.model.frame(resource)
        self.model.store(entry, w.entry_make(
            resource, frame.kind, frame.level, w.rights(now, ceiling)))
        frame.refs += 1

    def allowance(self, order):
        """What the parent of a new process gives it: an ALLOWANCE."""
        frames, slots = self.secret.pick((256, 16), lambda _: (4096, 64))
        return w.allowance(frames >> order, slots >> order)

    def process(self, slot, parent, order):
        """Makes a process with a table of each level, each in entry 1 of
        the one above; returns {level: table}. order: less for later ones."""
        model = self.model
        depth = model.depth
        tables = {depth: self.new(w.TABLE, depth, parent)}
        context = self.new(w.MEMORY, 1, parent)
        model.link(parent, slot, tables[depth], context,
                   self.allowance(order))
        for level in range(depth - 1, 1, -1):
            tables[level] = self.new(w.TABLE, level, slot)
            self.link(tables[level + 1] * w.ENTRIES + 1, tables[level],
                      *self.LINKED)
        return tables

    # ---- writing it into the machine --------------------------------------

    def poke(self, frame, offset, *words):
        """Writes words into a frame."""
        self.machine.poke(frame * PAGE + offset,
                          struct.pack(f"<{len(words)}Q", *words))

    def peek(self, frame, offset, count=1):
        """Words of a frame."""
        return self.session.guest.words(frame * PAGE + offset, count)

    def word(self, entry):
        """The word of an entry."""
        return self.peek(entry // w.ENTRIES, entry % w.ENTRIES * 8)[0]

    def sync(self):
        """Writes into the machine what was changed in the model alone."""
        if self.base is None:
            return
        old, new = self.base, self.model
        for n in self._fresh(old, new):
            self.machine.poke(n * PAGE, bytes(PAGE))
        for n, frame in new.frames.items():
            was = old.frames.get(n)
            if was is None or was.values() != frame.values():
                self.books.put_record(n, frame)
        for name in old.entries.keys() | new.entries.keys():
            if old.entry(name) != new.entry(name):
                self.poke(name // w.ENTRIES, name % w.ENTRIES * 8,
                          new.entry(name))
        for slot, process in enumerate(new.processes):
            if process.values() != old.processes[slot].values():
                self.books.put_process(slot, process)
        for n, (events, ring) in new.told.items():
            if old.told.get(n) != (events, ring):
                self.poke(n, w.CONTEXT_WORDS["events"], events)
                self.poke(n, w.CONTEXT_WORDS["taken"], *ring)
        self._sync_extents(old, new)
        self.base = None

    @staticmethod
    def _fresh(old, new):
        """Frames that became a table or a living process's context."""
        yield from (n for n, frame in new.frames.items()
                    if frame.kind == w.TABLE
                    and old.frame(n).kind != w.TABLE)
        yield from (here.context for was, here
                    in zip(old.processes, new.processes)
                    if here.state == w.LIVE and here.context != was.context)

    def _sync_extents(self, old, new):
        for level, was, now in zip((2, 3), old.recount(), new.recount()):
            for n in was.keys() | now.keys():
                if was.get(n, 0) != now.get(n, 0):
                    self.books.put_extent(level, n * w.level_frames(level),
                                          now.get(n, 0))

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

    def begin(self, test):
        """A test begins: what it asks is counted, and moved, from here."""
        self.session.begin()
        self._test, self._groups = test, count()
        self._moves = self.secret.dice("moves", test)

    def moved(self, fixed, choose):
        """What practice has, `fixed`, or choose(dice)."""
        return self.secret.pick(fixed, lambda _: choose(self._moves))

    def number(self, fixed, least, past):
        """`fixed`, or any number in [least, past)."""
        return self.moved(fixed, lambda dice: dice.randrange(least, past))

    def in_order(self, things, wanted=w.OK, ordered=False):
        """Cases in the order in which they are asked: practice's, or the
        secret's. What changes nothing may be asked more than once."""
        name = self._test, next(self._groups)
        if ordered:
            return list(things)
        if wanted in (w.OK, w.MORE):
            return self.secret.shuffled(things, *name)
        return self.secret.repeated(things, *name)

    def mixed(self, things):
        """Things that change nothing, in any order."""
        return self.in_order(things, None)

    def each(self, rule, number, cases, wanted=w.OK, me=w.INIT,
             ordered=False):
        """Calls of one operation, {about: arguments}, one after the other.
        Wrong unless each answers `wanted`, and books and tables are right
        after it. ordered: what is done needs what was done before."""
        calls = self.in_order(cases.items(), wanted, ordered)

        def attempt(count):
            for about, args in calls[:count]:
                self.ask(me, number, args, wanted, about)
            self.judge(rule)
        if calls:
            blamed(self, len(calls), attempt)

    def run(self, rule="an operation answers what its contract says"):
        """Runs what is queued. Wrong if an answer is not the contract's."""
        todo, self.pending = self.pending, []
        if not todo:
            return
        calls = [step for step, _, _ in todo]
        answers = self.steps(calls, rule, [about for _, _, about in todo])
        for n, (answer, (step, wanted, about)) in enumerate(zip(answers,
                                                                todo)):
            self.session.at = n
            self.written(answer, rule, told(step, about))
            if answer.value == wanted:
                continue
            wrong = LetIn if answer.value == w.OK else Wrong
            raise wrong(rule, told(step, about),
                        f"it answered {error_name(answer.value)}\n       "
                        f"where {error_name(wanted)} is right")

    def written(self, answer, rule, asked):
        """Wrong if the call met an exercise without a body."""
        self.unwritten = bool(answer.missing)
        check(not answer.missing, rule, asked,
              f"exercise {answer.missing} is not written yet")

    def steps(self, steps, rule, about):
        """Runs steps; LetIn if one of them ends the machine. about: what
        they are about, or a list of what each of them is."""
        try:
            return self.session.run(steps)
        except Failed as error:
            at = min(self.session.at, len(steps) - 1)
            asked = about if isinstance(about, str) else about[at]
            raise LetIn(rule, told(steps[at], asked),
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
    if step.what in FRAME_CALLS:
        words = ", ".join(str(arg) if arg < 10 else f"{arg:#x}"
                          for arg in step.args)
        return f"{about}\n       {FRAME_CALLS[step.what]}({words})"
    if step.what not in (OPERATION, STALE) or names is None:
        return about
    words = ", ".join(f"{name} {_shown(name, arg)}"
                      for name, arg in zip(names, step.args))
    return (f"{about}\n       process {step.me}: "
            f"{w.OPERATIONS[step.number]}({words})")


def _shown(name, arg):
    """An argument as a reader wants it: an entry as its table and index."""
    if name == "kind" and arg in w.KIND:
        return w.KIND[arg]
    if arg == w.RESOURCE_NONE and name in ("resource", "other"):
        return "RESOURCE_NONE"
    if name in ENTRIES and w.ENTRIES <= arg < w.ENTRIES_MAX:
        return state.entry_name(arg)
    if name == "owner" and w.PROCESS_MAX <= arg < w.ENTRIES_MAX:
        return f"the entry {state.entry_name(arg)}"
    return str(arg) if arg <= 9 or name == "lease" else f"{arg:#x}"
