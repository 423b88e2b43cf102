"""The processes that tests make: init is 1, its children are ME and OTHER,
and my child is CHILD, whose child is GRANDCHILD. Which slots they have, and
which entries tests use, the run's secret says (grade/secret.py)."""

from itertools import count

from grade.ops import words as w
from grade.secret import of_this_run

PEOPLE = of_this_run().pick(
    (2, 3, 4, 5), lambda dice: tuple(dice.sample(range(2, 200), 4)), "people")
ME, OTHER, CHILD, GRANDCHILD = PEOPLE
NAMES = {w.INIT: "init", ME: f"me ({ME})", OTHER: f"a stranger ({OTHER})",
         CHILD: f"my child ({CHILD})",
         GRANDCHILD: f"my child's child ({GRANDCHILD})"}
ALL = w.RWX | w.SHARE
CEILINGS = (w.R, w.RW, w.RX, w.RWX)


class Scene:
    """The processes' tables, and fresh entries, slots and words."""

    def __init__(self, world):
        self.world = world
        self.moved, self.number = world.moved, world.number
        self.tables, self._next, self._slots = {}, {}, set(PEOPLE)
        world.prepare()
        for order, (slot, parent) in enumerate((
                (ME, w.INIT), (OTHER, w.INIT), (CHILD, ME),
                (GRANDCHILD, CHILD)), 2):
            self.tables[slot] = world.process(slot, parent, order)

    # ---- entries and slots ------------------------------------------------

    def entry(self, who, level=1):
        """An empty entry of that level in a table of a process."""
        table = self.tables[who][level + 1]
        return table * w.ENTRIES + next(self._empty(table))

    def at(self, table, index):
        """The entry `index` of a table, where nothing is yet; with a secret,
        any other."""
        return table * w.ENTRIES + self.moved(
            index, lambda _: next(self._empty(table)))

    def beside(self, entry, step=100):
        """Another empty entry of that entry's table."""
        return self.moved(entry + step, lambda _: self.at(
            entry // w.ENTRIES, None))

    def _empty(self, table):
        """Indexes of a table's entries that no test had yet."""
        if table not in self._next:
            self._next[table] = self.moved(count(2), lambda dice: iter(
                dice.sample(range(2, w.ENTRIES), w.ENTRIES - 2)))
        return self._next[table]

    def slot(self, fixed):
        """A slot of the directory that nobody had yet, and not the last."""
        slot = self.moved(fixed, lambda dice: dice.choice([
            n for n in range(2, w.PROCESS_MAX - 1) if n not in self._slots]))
        self._slots.add(slot)
        return slot

    # ---- words ------------------------------------------------------------

    def rights(self, now=w.R, ceiling=w.R):
        """A rights word, where any will do that an entry can have."""
        return self.moved(w.rights(now, ceiling), _any_rights)

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

    def kernels(self):
        """A frame of the kernel's."""
        found = [n for n, f in self.world.model.frames.items()
                 if f.kind == w.KERNEL]
        return self.moved(found[0], lambda dice: dice.choice(found))

    def ports(self):
        """The number of a group of ports."""
        found = [n for n, group in enumerate(self.world.model.groups)
                 if group.kind == w.C["GROUP_PORTS"]]
        return self.moved(found[0], lambda dice: dice.choice(found))

    def nowhere(self):
        """A frame that is not there."""
        return w.FRAMES_MAX - self.number(1, 1, 1 << 20)

    def no_entry(self):
        """An entry where no memory is."""
        return w.ENTRIES_MAX - self.number(1, 1, 1 << 20)

    def inside(self, page, index=0):
        """What would be an entry, if that page were a table."""
        return page * w.ENTRIES + self.number(index, 0, w.ENTRIES)

    def process(self, slot):
        """A process's record in the model, to be changed."""
        self.world.prepare()
        return self.world.model.processes[slot]

    def context(self, who):
        """The frame of a process's context."""
        return self.world.model.processes[who].context


def _any_rights(dice):
    ceiling = dice.choice(CEILINGS)
    return w.rights(dice.choice([now for now in CEILINGS
                                 if now & ~ceiling == 0]), ceiling)
