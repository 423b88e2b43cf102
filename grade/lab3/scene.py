"""The processes that lab 3's tests make: init is 1, its children are ME and
OTHER, and my child is CHILD, whose child is GRANDCHILD."""

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
        self.tables = {w.INIT: {}}
        for slot, parent in ((ME, w.INIT), (OTHER, w.INIT), (CHILD, ME),
                             (GRANDCHILD, CHILD)):
            self.tables[slot] = world.process(slot, parent)
        self._next = {}

    def entry(self, who, level=1):
        """An empty entry of that level in a table of a process."""
        table = self.tables[who][level + 1]
        index = self._next.setdefault(table, count(2))
        return table * w.ENTRIES + next(index)

    def page(self, owner, level=1):
        """A page of a process's, of that level."""
        return self.world.new(w.MEMORY, level, owner)

    def table(self, owner, level):
        """An empty table of a process's."""
        return self.world.new(w.TABLE, level, owner)

    def linked(self, who, owner, now=w.RW, ceiling=ALL):
        """(entry, page): a page of `owner` in a table of `who`."""
        entry, page = self.entry(who), self.page(owner)
        self.world.link(entry, page, now, ceiling)
        return entry, page

    def given(self, n):
        """Gives a resource back that is attached somewhere."""
        self.world.prepare()
        frame = self.world.model.frame(n)
        frame.flags |= w.GIVEN

    def context(self, who):
        """The frame of a process's context."""
        return self.world.model.processes[who].context
