"""The boots that lab 1's tests look at: a probe for each of four
exercises, and whole boots on several machines. Each is made once in the
worker that needs it."""

import pytest

from grade.lab1 import probe, probes
from grade.lab1.whole import Whole
from grade.guest import Guest
from grade.verdict import Wrong

HANGS = 3           # tests of an exercise that do not end: its others are out
ENDLESS = ("hang", "stall", "flood")
NAME_BYTES = 80     # of an exercise's name
EACH = 10_000_000   # instructions for a case: the reference's take 0.9 million


class Probed:
    """All the cases of one probe, answered as far as they can be."""

    def __init__(self, settings, boot):
        self.settings, self.boot = settings, boot
        self.cases = probes.cases_of(boot, settings.seeds, settings.tests,
                                     settings.secret)
        self.reason = {}        # test -> why it did not get its answers
        self.guests = []        # kept standing: tables are read later
        self._run()

    def _run(self):
        left, endless = list(self.cases), {}
        while left:
            answered, why = self._boot(left)
            if answered == len(left):
                return
            stuck = left[answered]
            self.reason[stuck.test] = f"in the case \"{stuck.about}\" {why}"
            left = [case for case in left[answered:]
                    if case.test != stuck.test]
            if self.guests[-1].stop.kind in ENDLESS:
                mine = self._exercise(stuck.test)
                endless.setdefault(mine, []).append(stuck.test)
                left = self._worth_a_boot(left, endless)

    def _exercise(self, test):
        return self.settings.tests[test]["exercise"]

    def _worth_a_boot(self, cases, endless):
        """Without the cases of exercises of which so many tests, `endless`,
        do not end; says so of these."""
        left = []
        for case in cases:
            exercise = self._exercise(case.test)
            known = endless.get(exercise, ())
            if len(known) < HANGS:
                left.append(case)
            else:
                self.reason.setdefault(
                    case.test, f"it was not run: {', '.join(known)} of "
                    f"exercise {exercise} do not end")
        return left

    def _boot(self, cases):
        """Boots with these cases; (how many were answered, why no more)."""
        options = dict(self.settings.machine(self.boot),
                       files=probes.disk(cases))
        guest = Guest(self.settings.build, self.settings.symbols, options)
        self.guests.append(guest)
        guest.__enter__()
        done = guest.run_to("STAGE_PROBED", EACH, lambda: guest.observe(
            "OBSERVED_PROBE_CASE"))
        try:
            size = guest.observe("OBSERVED_PROBE_SIZE")
            at = guest.observe("OBSERVED_PROBE_OUT")
            data = guest.machine.physical(at, size) if at else b""
        except (ValueError, OSError, KeyError):
            data = b""
        answered = probe.decode(cases, data)
        for case in cases[:answered]:
            case.guest = guest
            if case.missing:
                self.reason.setdefault(case.test, _unwritten(guest, case))
        return answered, "" if done else guest.why()

    def of(self, test):
        """The cases of a test; Wrong if they have no answers."""
        if test in self.reason:
            raise Wrong("no case may stop the machine", "this test's cases",
                        self.reason[test])
        return [case for case in self.cases if case.test == test]

    def close(self):
        for guest in self.guests:
            guest.__exit__(None, None, None)


def _unwritten(guest, case):
    """The line that names the exercise which a case has met."""
    name = guest.machine.physical(case.missing, NAME_BYTES)
    name = name.split(b"\0")[0].decode("ascii", "replace")
    return f"exercise {name} is not written yet"


@pytest.fixture(scope="session")
def _made(settings):
    made = {}
    yield made
    for thing in made.values():
        thing.close()


@pytest.fixture
def cases(request, settings, _made):
    """The answered cases of the test that asks."""
    boot = settings.tests[request.node.name]["boot"]
    if boot not in _made:
        _made[boot] = Probed(settings, boot)
    return _made[boot].of(request.node.name)


@pytest.fixture
def whole(request, settings, _made):
    """The whole boot of the test that asks."""
    boot = settings.tests[request.node.name]["boot"]
    if boot not in _made:
        _made[boot] = Whole(settings, boot)
    return _made[boot].reached()
