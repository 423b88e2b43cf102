"""Whole boots: user programs of user/tests/ in init's place."""

import re

from grade import abi
from grade.guest import TOP, Guest
from grade.lab4.turns import Report
from grade.ops.words import C, CONTEXT_WORDS
from grade.qemu import settings
from grade.verdict import Wrong, check

RULE = "what ring 3 sees is what the contracts promise"
_HEADER = (TOP / "user/lab/exercise.h").read_text()
UNWRITTEN = int(re.search(r"EXERCISE_STATUS (\d+)", _HEADER)[1])
ENDED = abi.constants(TOP / "kernel/abi/context.h")["CONTEXT_ENDED"]
PAGE = 4096
assert C["CONTEXT_ENDED"] == ENDED


class Programs:
    """Boots programs; tells what they said and what they left."""

    def __init__(self, grading):
        self.grading, self.reports = grading, {}

    def _boot(self, boot, name, arguments):
        options = dict(self.grading.machine(boot), files={
            "xo5.cfg": settings(arguments, name)})
        return Guest(self.grading.build, self.grading.symbols, options)

    def run(self, boot, name):
        """Runs user/tests/NAME.c to its end. Wrong unless it ends itself,
        with status 0."""
        asked = f"make run ONCE=1 PROGRAM={name}"
        with self._boot(boot, name, "") as guest:
            if not guest.run_to("STAGE_BOOTED"):
                raise Wrong(RULE, asked + _said(guest), guest.why())
            context = guest.observe("OBSERVED_INIT_CONTEXT") * PAGE
            ended, status = guest.words(context, 2)
            check(ended == ENDED, RULE, asked + _said(guest),
                  "it ended by a fault, and not by itself")
            check(status != UNWRITTEN, RULE, asked, _last_line(guest))
            check(status == 0, RULE, asked + _said(guest),
                  f"it ended with status {status}")

    def report(self, boot, seed):
        """What user/tests/turns.c reports of a seed."""
        if seed not in self.reports:
            self.reports[seed] = self._report(boot, seed)
        return self.reports[seed]

    def _report(self, boot, seed):
        with self._boot(boot, "turns", f"seed={seed}") as guest:
            booted = guest.run_to("STAGE_BOOTED")
            end = "" if booted else guest.why()
            try:
                context = guest.observe("OBSERVED_INIT_CONTEXT") * PAGE
                ended, status = guest.words(context, 2)
                at, = guest.words(context + CONTEXT_WORDS["batch"] + 8, 1)
                data = guest.virtual(at, Report.SIZE)
            except (ValueError, OSError, KeyError) as error:
                return Report(bytes(Report.SIZE), end or str(error), seed)
            if booted and ended != ENDED:
                end = "the program ended by a fault, and not by itself"
            elif booted and status:
                end = (_last_line(guest) if status == UNWRITTEN
                       else f"the program ended with status {status}")
            return Report(data, end, seed)


def _last_line(guest):
    """The last thing that was said of this kernel's user space."""
    lines = [line for line in guest.machine.text().splitlines()
             if line.startswith("xo5: exercise ")]
    return lines[-1] if lines else "an exercise is not written yet"


def _said(guest):
    """The program's last lines."""
    said = [line for line in guest.machine.text().splitlines()
            if line.startswith("test: ")]
    return ", where it last said\n       " + "\n       ".join(said[-2:]) \
        if said else ""
