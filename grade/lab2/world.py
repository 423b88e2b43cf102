"""Lab 2's machine beside a model (grade/ops/world.py): its books are the
grader's, so that no exercise needs frame_boot to score."""

from grade.lab2.books import Bare
from grade.ops import words as w
from grade.ops import world


class World(world.World):
    """The same, and units that nobody has."""
    LATER = frozenset([2, 3, 4])
    LINKED = w.R, w.R

    def opened(self, settings, boot):
        return Bare(settings.build, settings.symbols, settings.machine(boot))

    def free(self, level=1):
        """The first frame of a clean unit."""
        n = self.room(level)
        for at in range(n, n + w.level_frames(level)):
            self.model.frames[at] = w.Frame(kind=w.FREE, level=1)
        return n

    def dirty(self, level=1, **fields):
        """The first frame of a dirty unit."""
        n = self.room(level)
        self.model.frames[n] = w.Frame(kind=w.DIRTY, level=level, **fields)
        if level > 1:
            for at in range(n + 1, n + w.level_frames(level)):
                self.model.frames[at] = w.Frame(kind=w.FREE, level=1)
        return n

    def link(self, entry, resource, now=w.R, ceiling=w.R):
        super().link(entry, resource, now, ceiling)

    def allowance(self, order):
        return 0

    def process(self, slot, parent, order):
        """The same; it may own more than its parent has to give."""
        tables = super().process(slot, parent, order)
        self.model.processes[slot].allowance = 4096
        self.model.processes[slot].slots = 16
        return tables
