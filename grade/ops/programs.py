"""Whole boots: the kernel with all that the labs so far have, and its init or
a program of user/tests/ in init's place."""

from grade.guest import Guest
from grade.ops import words as w
from grade.paging import PAGE
from grade.qemu import settings
from grade.verdict import Wrong, check, equal

RULE = "what ring 3 sees is what the contracts promise"
ENDED = w.C["CONTEXT_ENDED"]


class Programs:
    """Boots programs; tells what they said."""

    def __init__(self, grading):
        self.grading = grading

    def guest(self, boot, arguments="", program=""):
        """A guest that starts so, not yet running."""
        options = dict(self.grading.machine(boot), files={
            "xo5.cfg": settings(arguments, program)})
        return Guest(self.grading.build, self.grading.symbols, options)

    def run(self, boot, name):
        """Runs user/tests/NAME.c to its end. Wrong unless it ends itself,
        with status 0."""
        with self.guest(boot, "", name) as guest:
            self.ends(guest, RULE, f"make run ONCE=1 PROGRAM={name}", 0)

    def ends(self, guest, rule, asked, wanted):
        """Wrong unless init, or what is in its place, ends itself with that
        status."""
        if not guest.run_to("STAGE_BOOTED"):
            raise Wrong(rule, asked + said(guest), guest.why())
        ended, status = ending(guest)
        check(ended == ENDED, rule, asked + said(guest),
              "it ended by a fault, and not by itself")
        self.written(guest, rule, asked, status)
        equal(status, wanted, rule, asked + said(guest) + "\n       its "
              "status", str)

    def written(self, guest, rule, asked, status):
        """Wrong if that status says that it met an exercise of user space
        without a body."""


def ending(guest):
    """(whether it ended itself, status) of what is in init's place."""
    return guest.words(guest.observe("OBSERVED_INIT_CONTEXT") * PAGE, 2)


def said(guest):
    """The program's last lines."""
    lines = [line for line in guest.machine.text().splitlines()
             if line.startswith("test: ")]
    return ", where it last said\n       " + "\n       ".join(lines[-2:]) \
        if lines else ""
