"""The processes that lab 2's tests make (grade/ops/scene.py), and what they
ask as one of them."""

from grade.ops import scene
from grade.ops import words as w
from grade.ops.scene import ME
from grade.ops.script import OP_ALLOC, OP_CREATE


class Scene(scene.Scene):
    """The same, and calls."""

    def held(self, owner, *whos):
        """(page of `owner`, [entries of these processes that hold it])."""
        page = self.page(owner)
        entries = [self.entry(who) for who in whos]
        for entry in entries:
            self.world.link(entry, page)
        return page, entries

    def vital(self, n):
        """Marks a page vital; returns it."""
        self.record(n).flags |= w.VITAL_FRAME
        self.world.model.processes[self.record(n).owner].vitals += 1
        return n

    # ---- calls ------------------------------------------------------------

    def alloc(self, rule, cases, wanted=w.OK, me=ME):
        """Calls {about: (frame, level, kind, owner)}, one after the other."""
        self.world.each(rule, OP_ALLOC, cases, wanted, me)

    def create(self, rule, cases, wanted=w.OK, me=ME):
        """Calls {about: (slot, table, context, allowance)}."""
        self.world.each(rule, OP_CREATE, cases, wanted, me)
