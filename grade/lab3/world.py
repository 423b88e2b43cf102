"""Lab 3's machine beside a model (grade/ops/world.py), for operations that
write entries."""

from grade.ops import words as w
from grade.ops import world
from grade.ops.script import OP_ATTACH, OP_UPDATE


class World(world.World):
    """The same, and what is asked of attach and update."""
    LATER = frozenset([4])

    def room(self, level=1):
        """The same. A gigabyte is always one, beyond most machines' RAM:
        nobody stores into it."""
        if level < 3:
            return super().room(level)
        self.prepare()
        return w.level_frames(level)

    def post(self, entry, giver, kind, level, ceiling, generation=None):
        """Puts an acceptance into an empty entry."""
        self.prepare()
        if generation is None:
            generation = self.model.processes[giver].generation
        word = w.accept(giver, generation, kind, level)
        self.model.store(entry, word | ceiling << w.ACCEPT_CEILING_SHIFT)
        return word

    def attach(self, me, args, wanted=w.OK, about=""):
        """Queues attach(entry, resource, rights, source, via)."""
        return self.ask(me, OP_ATTACH, args, wanted, about)

    def update(self, me, args, wanted=w.OK, about=""):
        """Queues update(entry, resource, rights)."""
        return self.ask(me, OP_UPDATE, args, wanted, about)
