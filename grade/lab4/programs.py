"""Whole boots: user programs of user/tests/ in init's place."""

import re

from grade.guest import TOP
from grade.lab4.turns import Report
from grade.ops import programs
from grade.ops.programs import ENDED, ending
from grade.ops.words import CONTEXT_WORDS
from grade.paging import PAGE
from grade.verdict import check

_HEADER = (TOP / "user/lab/exercise.h").read_text()
UNWRITTEN = int(re.search(r"EXERCISE_STATUS (\d+)", _HEADER)[1])


class Programs(programs.Programs):
    """Boots programs; tells what they said and what they left."""

    def __init__(self, grading):
        super().__init__(grading)
        self.reports = {}

    def written(self, guest, rule, asked, status):
        check(status != UNWRITTEN, rule, asked, _last_line(guest))

    def report(self, boot, seed):
        """What user/tests/turns.c reports of a seed."""
        if seed not in self.reports:
            self.reports[seed] = self._report(boot, seed)
        return self.reports[seed]

    def _report(self, boot, seed):
        with self.guest(boot, f"seed={seed}", "turns") as guest:
            booted = guest.run_to("STAGE_BOOTED")
            end = "" if booted else guest.why()
            try:
                ended, status = ending(guest)
                context = guest.observe("OBSERVED_INIT_CONTEXT") * PAGE
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
