"""A pytest plugin of `make test`: which tests cost most. Each test's time is
the processor's, its own and its children's, which another load on the machine
does not change much; beside it, what a clock says."""

import resource
import time

import pytest

SHOWN = 20              # tests in the list at the end

_spent = {}             # test: [processor seconds, seconds]
_last = [0.0, 0.0]


def _now():
    """[processor seconds of this process and its ended children, the time]"""
    used = (resource.getrusage(who) for who in
            (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [sum(one.ru_utime + one.ru_stime for one in used),
            time.monotonic()]


def pytest_runtest_logstart():
    _last[:] = _now()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """Puts what a phase of a test took into its report, which goes from a
    worker to who has started it."""
    outcome = yield
    now = _now()
    outcome.get_result().user_properties.append(
        ("xo5_spent", [b - a for a, b in zip(_last, now)]))
    _last[:] = now


def pytest_runtest_logreport(report):
    # The list of properties is one for all phases: the last is this one's.
    times = [value for key, value in report.user_properties
             if key == "xo5_spent"]
    if times:
        sums = _spent.setdefault(report.nodeid.split("@")[0], [0.0, 0.0])
        sums[:] = [a + b for a, b in zip(sums, times[-1])]


def slowest(spent, count=SHOWN):
    """The lines of the list: most of the processor's time first."""
    rows = sorted(spent.items(), key=lambda row: -row[1][0])[:count]
    return [f"{cpu:7.1f} {wall:7.1f}  {name}" for name, (cpu, wall) in rows]


def pytest_terminal_summary(terminalreporter):
    if len(_spent) > 1:
        terminalreporter.write_sep("-", f"the {SHOWN} slowest tests")
        terminalreporter.write_line("processor, clock: seconds")
        for line in slowest(_spent, int(__import__("os").environ.get("SHOWN", SHOWN))):
            terminalreporter.write_line(line)
        total = sum(cpu for cpu, _ in _spent.values())
        terminalreporter.write_line(f"{total:7.1f}          all of them")
