"""What graders do with a machine: run it to a stage, read what the kernel
lets observe, and say in plain words why it went no further."""

import re
import struct
from pathlib import Path

from grade import abi, paging, resume
from grade.machine import GUEST_BUDGET
from grade.qemu import EXIT

TOP = Path(__file__).resolve().parent.parent
WORD = abi.constants(TOP / "kernel/abi/observe.h")
LAYOUT = abi.constants(TOP / "kernel/arch/layout.h")
LAST_LINES = 12
MAPPING = re.compile("  [0-9a-f]{16} ")     # a line of what boot has mapped
CR4_LA57 = 1 << 12
MIB2 = 1 << 21
# Beside those that map all RAM page by page: with init, the books alone are
# 5,000, most of them the same zeros again.
OTHER_TABLES = 1 << 13


class Guest:
    """A machine whose kernel is graded.

    build: the folder it was built in; symbols: its kernel's; options:
    Machine's keyword arguments.
    """

    def __init__(self, build, symbols, options):
        self.symbols = symbols
        quiet, _ = symbols.of_kit("xo5_quiet")
        self.machine = resume.machine(str(Path(build) / "xo5.iso"),
                                      stop_at=quiet, **options)
        self.stop = None
        self._observed = None   # where xo5_observe lies in physical memory

    def __enter__(self):
        self.machine.__enter__()
        return self

    def __exit__(self, *error):
        self.machine.__exit__(*error)

    def run_to(self, stage, budget=GUEST_BUDGET, progress=None):
        """Runs until the kernel says it is at that stage; False if it came
        to another end first, which self.stop then tells. budget, progress:
        machine.go()'s, after the kernel's first stop."""
        self.stop = self.machine.go()
        while True:
            if self.stop.kind != "quiet":
                return False
            self._locate()
            if not self._called_by_the_kit():
                self.stop.kind = "forged"
                return False
            if self.observe("OBSERVED_STAGE") == WORD[stage]:
                return True
            self.stop = self.machine.go(budget, progress)

    def _locate(self):
        """Finds xo5_observe while the guest stands: its memory can then be
        read even after QEMU has ended."""
        if self._observed is None:
            found = self.tables().translate(
                self.symbols.of_kit("xo5_observe")[0])
            self._observed = found and found[0]

    def _called_by_the_kit(self):
        """xo5_quiet is the kit's to call: the stack says who did."""
        try:
            stack = self.virtual(self.stop.registers["RSP"], 8)
        except (KeyError, ValueError):
            return False
        start, size = self.symbols.of_kit("observe_stage")
        return start < struct.unpack("<Q", stack)[0] <= start + size

    def run_out(self):
        """Runs to the machine's end."""
        while True:
            self.stop = self.machine.go(GUEST_BUDGET)
            if self.stop.kind != "quiet":
                return

    # ---- looking ----------------------------------------------------------

    def tables(self):
        """The tables that the processor uses now."""
        registers = self.machine.registers()
        depth = 5 if registers["CR4"] & CR4_LA57 else 4
        return paging.Tables(self.machine.physical, registers["CR3"] >> 12,
                             depth, OTHER_TABLES + self.machine.size // MIB2)

    def virtual(self, address, count):
        """Bytes at a virtual address, through the processor's tables."""
        data = b""
        tables = self.tables()
        while count > 0:
            found = tables.translate(address)
            if found is None:
                raise ValueError(f"nothing is mapped at {address:#x}")
            part = min(count, found[1])
            data += self.machine.physical(found[0], part)
            address, count = address + part, count - part
        return data

    def observe(self, name):
        """One word of what the kernel lets observe (abi/observe.h).
        ValueError before the kernel's first stop."""
        if self._observed is None:
            raise ValueError("the kernel has not come to its first stop")
        return self.words(self._observed + 8 * WORD[name], 1)[0]

    def words(self, physical, count):
        """`count` 64-bit words at a physical address."""
        return struct.unpack(f"<{count}Q",
                             self.machine.physical(physical, 8 * count))

    # ---- telling ----------------------------------------------------------

    def where(self, stop=None):
        """The kernel function that the guest stands in, or its address."""
        rip = (stop or self.stop).registers.get("RIP")
        if rip is None:
            return "an unknown place"
        return self.symbols.function_at(rip) or f"{rip:#x}"

    def why(self):
        """Why it went no further, and the last that it said."""
        stop = self.stop
        if self.missing_exercise():
            return self.machine.text().strip().splitlines()[-1]
        words = {
            "hang": f"it ran on without end ({stop.detail}), last in "
                    f"{self.where()}",
            "flood": f"it printed {stop.detail} without end",
            "stall": "it raised exceptions without end: a handler that cannot "
                     "be run raises the next one; is the text mapped, and "
                     "executable?",
            "reset": "the machine reset itself: a triple fault in "
                     f"{self.where()}",
            "quiet": "it stopped too early",
            "forged": "something other than the kit called xo5_quiet",
            "exit": "it " + self._how_it_ended(stop),
        }[stop.kind]
        said = self._last_words()
        if said:
            words += "; the last that it said:\n  " + "\n  ".join(said)
        return words

    def _last_words(self):
        """The last lines of the serial port; all of a panic, if it is one."""
        lines = [line for line in
                 self.machine.text()[-8000:].strip().splitlines()
                 if not MAPPING.match(line)]
        panics = [n for n, line in enumerate(lines)
                  if line.startswith("panic: ")]
        return lines[panics[0]:] if panics else lines[-LAST_LINES:]

    def _how_it_ended(self, stop):
        if stop.status is None:
            return f"ended ({stop.detail})"
        value = stop.status >> 1
        return {EXIT["EXIT_PANIC"]: "panicked",
                EXIT["EXIT_BOOT"]: "could not boot",
                }.get(value, f"ended early, with QEMU status {stop.status}")

    def missing_exercise(self):
        """True if it ended in an exercise that is not written yet."""
        stop = self.stop
        return (stop.kind == "exit" and stop.status is not None
                and stop.status >> 1 == EXIT["EXIT_EXERCISE"])
