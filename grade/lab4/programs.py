"""Whole boots: user programs of user/tests/ in init's place."""

import re
import struct
from pathlib import Path

from grade.elf import Symbols
from grade.guest import TOP
from grade.lab4.turns import BEGIN, PHASE, Report
from grade.machine import GUEST_BUDGET
from grade.ops import programs
from grade.verdict import check

LOOKS_MAX = 2000
NAMES = "turns_look", "turns_given", "turns_report"

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
        """What came of user/tests/turns.c with a seed."""
        if seed not in self.reports:
            self.reports[seed] = self._report(boot, seed)
        return self.reports[seed]

    def _report(self, boot, seed):
        report = Report(seed)
        symbols = Symbols(str(Path(self.grading.build) / "tests/turns"))
        address = {name: symbols.of_kit(name)[0] for name in NAMES}
        there = self.guest(boot, "", "turns")
        there.machine.stop_at = address["turns_look"]
        with there as guest:
            for _ in range(LOOKS_MAX):
                guest.stop = guest.machine.go(
                    GUEST_BUDGET if report.owner else None)
                if guest.stop.kind != "quiet":
                    break
                _stands(guest, report, address)
            report.end = _ended(guest)
        return report


def _stands(guest, report, address):
    """Takes down what is so at one look of turns.c; gives it its seed."""
    words = guest.stop.registers
    look = words.get("RDI")
    report.look(look, words.get("RSI"), guest.tables().space())
    if look == BEGIN:
        there = guest.tables().translate(address["turns_given"])
        guest.machine.poke(there[0], struct.pack("<Q", report.seed))
    elif look == PHASE:
        report.read(guest.virtual(address["turns_report"], Report.SIZE))


def _ended(guest):
    """Why the program came no further, in one line."""
    said = [line for line in guest.machine.text().splitlines()
            if line.startswith("xo5: exercise ")]
    if said:
        return said[-1]
    return "the program ended too early" if guest.stop.kind == "exit" else \
        guest.why().splitlines()[0]


def _last_line(guest):
    """The last thing that was said of this kernel's user space."""
    lines = [line for line in guest.machine.text().splitlines()
             if line.startswith("xo5: exercise ")]
    return lines[-1] if lines else "an exercise is not written yet"
