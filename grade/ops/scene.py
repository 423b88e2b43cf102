"""The processes that tests make: init is 1, its children are ME and OTHER,
and my child is CHILD, whose child is GRANDCHILD."""

from itertools import count

from grade.ops import words as w

ME, OTHER, CHILD, GRANDCHILD = 2, 3, 4, 5
NAMES = {w.INIT: "init", ME: "me (2)", OTHER: "a stranger (3)",
         CHILD: "my child (4)", GRANDCHILD: "my child's child (5)"}
ALL = w.RWX | w.SHARE


class Scene:
    """The processes' tables, and fresh entries of them."""

    def __init__(self, world):
        self.world = world
        self.tables = {}
        world.prepare()
        for slot, parent in ((ME, w.INIT), (OTHER, w.INIT), (CHILD, ME),
                             (GRANDCHILD, CHILD)):
            self.tables[slot] = world.process(slot, parent)
        self._next = {}
        self._first = world.secret.pick(
            2, lambda dice: dice.randrange(2, 200), "entry")

    def entry(self, who, level=1):
        """An empty entry of that level in a table of a process."""
        table = self.tables[who][level + 1]
        return table * w.ENTRIES + next(
            self._next.setdefault(table, count(self._first)))

    def page(self, owner, level=1):
        """A page of a process's, of that level."""
        return self.world.new(w.MEMORY, level, owner)

    def table(self, owner, level=None):
        """An empty table of a process's, of the highest level at first."""
        return self.world.new(w.TABLE, level or self.world.model.depth,
                              owner)

    def record(self, n):
        """A frame's record in the model, to be changed."""
        self.world.prepare()
        return self.world.model.frame(n)

    def given(self, n):
        """Gives a resource back that is attached somewhere; returns it."""
        self.record(n).flags |= w.GIVEN
        return n

    def process(self, slot):
        """A process's record in the model, to be changed."""
        self.world.prepare()
        return self.world.model.processes[slot]

    def context(self, who):
        """The frame of a process's context."""
        return self.world.model.processes[who].context
