"""`make gdb TEST=name` for tests whose machine calls functions one by one
(grade/ops/script.py), or boots a program (grade/ops/programs.py).

The test itself is run, twice. The first time says which of its calls was
wrong; the second time, on a new machine and in the very same way, stops
before that call, and GDB has the machine. With CASE=n that is its n-th call,
or the n-th program that it boots, wrong or not.
"""

import os
from pathlib import Path

import pytest

from grade import qemu, verdict
from grade.gdb import session
from grade.ops import programs, script

TOP = Path(__file__).resolve().parents[2]
# With their files: user programs have functions of the same names.
NAMES = {script.BOOT: "frame.c:frame_boot",
         script.IS_FREE: "frame.c:frame_is_free",
         script.TAKE: "frame.c:frame_take", script.DROP: "frame.c:frame_drop",
         script.CLEAN: "frame.c:frame_clean",
         script.FLUSH: "flush.c:flush_change",
         script.UPCALL: "upcall.c:upcall_deliver",
         script.LOAD: "enter.c:enter_load", script.SAVE: "enter.c:enter_save",
         script.ENTER: "enter.c:enter_operation",
         script.BACK: "cpu.c:cpu_back", script.EXPIRE: "cpu.c:cpu_expire"}
OPERATIONS = ("create.c:op_create", "alloc.c:op_alloc", "attach.c:op_attach",
              "update.c:op_update", "swap.c:op_swap")


class Opened(Exception):
    """GDB had the machine, and has ended."""


def function_of(step, exercise):
    """The function that a step is there to call."""
    if step.what in NAMES:
        return NAMES[step.what]
    if exercise == "4.2":       # op_swap only passes on what is cpu_hand's
        return "cpu.c:cpu_hand"
    return OPERATIONS[step.number] if step.number < len(OPERATIONS) \
        else "operation_dispatch"


class Follower:
    """Follows a test's calls, as long as it is entered; opens GDB at one.

    case: the call to open, from 1, or None; place: the same as place()
    gives it. `failed` is the place of the last failure that was noted."""

    def __init__(self, plan, case=None, place=None):
        self.plan, self.case, self.wanted = plan, case, place
        self.events, self.calls, self.session = 0, 0, None
        self.steps, self.failed, self.status = [], None, None

    def __enter__(self):
        self.old = (script.Session._fill, programs.Programs.guest)
        follower, (fill, guest) = self, self.old
        script.Session._fill = lambda session, steps: follower.filled(
            session, steps, fill)
        programs.Programs.guest = lambda own, *words: follower.booted(
            own, words, guest)
        verdict.Wrong.noted = self.note
        return self

    def __exit__(self, *error):
        script.Session._fill, programs.Programs.guest = self.old
        verdict.Wrong.noted = staticmethod(lambda wrong: None)

    def note(self, wrong):
        """Where the machine is when a failure is made."""
        wrong.place = self.place()

    def place(self):
        """(number of the script or boot, number of its step, from 0)."""
        at = self.session.at if self.session else 0
        return self.events, min(at, max(len(self.steps) - 1, 0))

    def filled(self, machine, steps, fill):
        """Session._fill."""
        self.session, self.steps = machine, steps
        self.events += 1
        before, self.calls = self.calls, self.calls + len(steps)
        at = None
        if self.case and before < self.case <= self.calls:
            at = self.case - before - 1
        elif self.wanted and self.wanted[0] == self.events:
            at = self.wanted[1]
        if at is None:
            return fill(machine, steps)
        if at:
            fill(machine, steps[:at])
            machine._go_on()
        fill(machine, [steps[at]])
        self.status = self.plan.at_call(machine, steps[at])
        raise Opened

    def booted(self, own, words, guest):
        """Programs.guest."""
        self.session, self.steps = None, []
        self.events, self.calls = self.events + 1, self.calls + 1
        if self.calls == self.case or \
                self.wanted and self.wanted[0] == self.events:
            self.status = self.plan.at_boot(own.grading, *words)
            raise Opened
        return guest(own, *words)


class Plan:
    """How GDB is started for a test; `functions` are where it stops in a
    boot of the test's exercise."""

    def __init__(self, test, folder, sources, functions):
        self.test, self.iso = test, Path(folder).resolve() / "xo5.iso"
        self.functions = functions
        self.first = [f"directory {sources}"]

    def _words(self, commands):
        return [word for command in [*self.first, *commands]
                for word in ("-ex", command)]

    def at_call(self, machine, step):
        """GDB on a machine that is about to make this call."""
        stub = machine.guest.machine
        stub.gdb.ask(f"z1,{stub.stop_at:x},1")
        stub.gdb.close()
        function = function_of(step, self.test["exercise"])
        return session.run_here(
            session.gdb_command(stub._path("gdb"), self._words(
                [f"tbreak {function}", "continue"])), self.iso)

    def at_boot(self, grading, boot, arguments="", program=""):
        """GDB on a machine that is about to boot."""
        words = ["gdb", str(self.iso)]
        for name, value in grading.machine(boot).items():
            words += [f"--{name}", value]
        words += [f"--arguments={arguments}"] if arguments else []
        words += [f"--program={program}"] if program else []
        symbols = []
        if program:
            symbols = [f"with confirm off -- {command}" for command in (
                f"remove-symbol-file {self.iso.parent}/init",
                f"add-symbol-file {self.iso.parent}/tests/{program}")]
        stops = [f"tbreak {name}" for name in self._stops()]
        for word in self._words([*symbols, *stops, "continue"]):
            words.append(f"--more={word}")
        return session.main(words)

    def _stops(self):
        """Where to stop: a function of the test's name, or all of them."""
        part = self.test["name"].removeprefix("test_")
        named = [name for name in self.functions
                 if part.startswith(name.rpartition(":")[2])]
        return named or self.functions


class _Noting:
    """Notes what tests raise."""

    def __init__(self):
        self.raised = []

    def pytest_exception_interact(self, call):
        """pytest's hook."""
        self.raised.append(call.excinfo.value)


def run_test(test, follower):
    """Runs a test under a Follower: the Wrong that it raised, or None."""
    noting = _Noting()
    path = TOP / f"grade/lab{test['exercise'].split('.')[0]}"
    with follower:
        pytest.main(["-p", "grade.plugin", "-p", "no:cacheprovider", "-p",
                     "no:terminal", "-s", str(path)], plugins=[noting])
    raised = noting.raised
    wrong = [error for error in raised if isinstance(error, verdict.Wrong)]
    other = [error for error in raised
             if not isinstance(error, (verdict.Wrong, Opened))]
    if other:
        raise qemu.QemuError(f"{test['name']} cannot be run: {other[0]!r}")
    return wrong[0] if wrong else None


def open_test(test, case, plan, settings):
    """Opens GDB at a call of this test; the exit status. settings: the file
    that grade/plugin.py reads."""
    os.environ["XO5_GRADE"] = str(settings)
    os.environ.pop("PYTEST_ADDOPTS", None)
    if case is not None:
        last = Follower(plan, case=case)
        run_test(test, last)
    else:
        wrong = run_test(test, Follower(plan))
        if wrong:
            print("  the call that fails:\n    "
                  + str(wrong).replace("\n", "\n    "), flush=True)
        else:
            print("  the test passes: this is its first call", flush=True)
        last = Follower(plan, place=wrong.place if wrong else (1, 0))
        run_test(test, last)
    if last.status is None:
        raise qemu.QemuError(f"{test['name']} makes {last.calls} calls"
                             if case else f"{test['name']} did not come to "
                             "the same call again")
    return last.status
