"""Lab 3's machine beside a model (grade/ops/world.py), for operations that
write entries."""

from grade.ops import state
from grade.ops import words as w
from grade.ops import world
from grade.ops.model import Model
from grade.ops.script import OP_ATTACH, OP_UPDATE
from grade.ops.world import told
from grade.verdict import check


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

    def glance(self, rule, entry, resource):
        """Runs what is queued; Wrong unless this entry, its table's record
        and the resource's are as they should be."""
        step, _, about = self.pending[-1]
        asked = told(step, about)
        self.run(rule)
        here, there = Model(0, 0, 0), Model(0, 0, 0)
        here.processes = there.processes
        for n in {entry // w.ENTRIES, resource} & self.model.frames.keys():
            there.frames[n] = self.books.get(n)
            here.frames[n] = self.model.frames[n]
        word = self.word(entry)
        there.entries = {entry: word & w.COMPARED if word & w.P else word}
        here.entries = {entry: self.model.entry(entry)}
        if not self.model.is_directory(entry):
            found = state.differences(here, there)
            check(not found, rule, asked, "; ".join(found))
