"""Whole boots: user programs of user/tests/ in init's place."""

from grade import abi
from grade.guest import TOP, Guest
from grade.qemu import settings
from grade.verdict import Wrong, check

RULE = "what ring 3 sees is what the contracts promise"
ENDED = abi.constants(TOP / "kernel/abi/context.h")["CONTEXT_ENDED"]


class Programs:
    """Boots programs; tells what they said."""

    def __init__(self, grading):
        self.grading = grading

    def run(self, boot, name):
        """Runs user/tests/NAME.c to its end. Wrong unless it ends itself,
        with status 0."""
        options = dict(self.grading.machine(boot),
                       files={"xo5.cfg": settings("", name)})
        asked = f"make run ONCE=1 PROGRAM={name}"
        with Guest(self.grading.build, self.grading.symbols,
                   options) as guest:
            if not guest.run_to("STAGE_BOOTED"):
                raise Wrong(RULE, asked + _said(guest), guest.why())
            context = guest.observe("OBSERVED_INIT_CONTEXT") * 4096
            ended, status = guest.words(context, 2)
            check(ended == ENDED, RULE, asked + _said(guest),
                  "it ended by a fault, and not by itself")
            check(status == 0, RULE, asked + _said(guest),
                  f"it ended with status {status}")


def _said(guest):
    """The program's last lines."""
    said = [line for line in guest.machine.text().splitlines()
            if line.startswith("test: ")]
    return ", where it last said\n       " + "\n       ".join(said[-2:]) \
        if said else ""
