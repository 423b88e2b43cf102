"""The processes that lab 2's tests make, and what they ask as one of them:
init is 1, its children are ME and OTHER, and my child is CHILD, whose child
is GRANDCHILD."""

from itertools import count

from grade.ops import words as w
from grade.ops.script import OP_ALLOC, OP_CREATE

ME, OTHER, CHILD, GRANDCHILD = 2, 3, 4, 5


class Scene:
    """The processes' tables, fresh entries of them, and calls."""

    def __init__(self, world):
        self.world = world
        self.tables = {}
        world.prepare()
        for slot, parent in ((ME, w.INIT), (OTHER, w.INIT), (CHILD, ME),
                             (GRANDCHILD, CHILD)):
            self.tables[slot] = world.process(slot, parent)
        self._next = {}

    # ---- what there is ----------------------------------------------------

    def entry(self, who, level=1):
        """An empty entry of that level in a table of a process."""
        table = self.tables[who][level + 1]
        return table * w.ENTRIES + next(
            self._next.setdefault(table, count(2)))

    def page(self, owner, level=1):
        """A page of a process's, of that level."""
        return self.world.new(w.MEMORY, level, owner)

    def table(self, owner, level=None):
        """An empty table of a process's, of the highest level at first."""
        return self.world.new(w.TABLE, level or self.world.model.depth,
                              owner)

    def held(self, owner, *whos):
        """(page of `owner`, [entries of these processes that hold it])."""
        page = self.page(owner)
        entries = [self.entry(who) for who in whos]
        for entry in entries:
            self.world.link(entry, page)
        return page, entries

    def record(self, n):
        """A frame's record in the model, to be changed."""
        self.world.prepare()
        return self.world.model.frame(n)

    def given(self, n):
        """Gives a resource back that is attached somewhere; returns it."""
        self.record(n).flags |= w.GIVEN
        return n

    def vital(self, n):
        """Marks a page vital; returns it."""
        self.record(n).flags |= w.VITAL_FRAME
        self.world.model.processes[self.record(n).owner].vitals += 1
        return n

    def process(self, slot):
        """A process's record in the model, to be changed."""
        self.world.prepare()
        return self.world.model.processes[slot]

    def kernels(self):
        """A frame of the kernel's."""
        return next(n for n, f in self.world.model.frames.items()
                    if f.kind == w.KERNEL)

    # ---- calls ------------------------------------------------------------

    def _each(self, number, cases, wanted, me):
        for about, args in cases.items():
            self.world.ask(me, number, args, wanted, about)

    def alloc(self, rule, cases, wanted=w.OK, me=ME):
        """Calls {about: (frame, level, kind, owner)}, one after the other;
        then the state is looked at."""
        self._each(OP_ALLOC, cases, wanted, me)
        self.world.judge(rule, "after " + _last(cases))

    def create(self, rule, cases, wanted=w.OK, me=ME):
        """Calls {about: (slot, table, context, allowance)}."""
        self._each(OP_CREATE, cases, wanted, me)
        self.world.judge(rule, "after " + _last(cases))


def _last(cases):
    names = list(cases)
    return names[-1] if len(names) == 1 else \
        f"{len(names)} calls, the last of them {names[-1]}"
