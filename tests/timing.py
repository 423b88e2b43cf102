"""A pytest plugin of `make test` and `make test-fast`: in which order tests
are run, and which cost most.

Two workers end together if what is long begins first: FIRST, in lists.toml,
says what that is. A test's time is the processor's, its own and that of its
children, which another load on the machine hardly changes; beside it is what
a clock says.
"""

import re
import resource
import time
import tomllib
from pathlib import Path

import pytest

LISTS = Path(__file__).with_name("lists.toml")
SHOWN = 20              # tests in the list at the end

_spent = {}             # test: [processor seconds, seconds]
_last = [0.0, 0.0]


def lists():
    """The lists of lists.toml: {name: [tests]}."""
    return tomllib.loads(LISTS.read_text())


def plain(nodeid):
    """A test's name, without the group that xdist writes behind it."""
    return re.sub(r"@\w+\Z", "", nodeid)


def belongs(nodeid, name):
    """Whether a name of a list means a test: it is the test's, or its file's,
    or its function's."""
    return nodeid == name or nodeid.startswith((f"{name}::", f"{name}["))


def rank(nodeid, first):
    """Where a test stands: with the first of `first` that means it, or else
    behind all."""
    return next((n for n, name in enumerate(first) if belongs(nodeid, name)),
                len(first))


def chosen(names, fast):
    """Those tests of `names` that the list `fast` means."""
    return [name for name in names
            if any(belongs(plain(name), one) for one in fast)]


def pytest_collection_modifyitems(config, items):
    first, fast = (lists()[name] for name in ("first", "fast"))
    if config.getoption("fast"):
        names = set(chosen([item.nodeid for item in items], fast))
        config.hook.pytest_deselected(
            items=[item for item in items if item.nodeid not in names])
        items[:] = [item for item in items if item.nodeid in names]
    items.sort(key=lambda item: rank(plain(item.nodeid), first))


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
        sums = _spent.setdefault(plain(report.nodeid), [0.0, 0.0])
        sums[:] = [a + b for a, b in zip(sums, times[-1])]


def slowest(spent, count):
    """The lines of the list: most of the processor's time first."""
    rows = sorted(spent.items(), key=lambda row: -row[1][0])[:count]
    return [f"{cpu:7.1f} {wall:7.1f}  {name}" for name, (cpu, wall) in rows]


def pytest_terminal_summary(terminalreporter, config):
    if len(_spent) > 1:
        say = terminalreporter.write_line
        shown = config.getoption("slowest")
        terminalreporter.write_sep(
            "-", f"the {min(shown, len(_spent))} slowest tests")
        say("seconds of processor and clock:")
        for line in slowest(_spent, shown):
            say(line)
        say(f"{sum(cpu for cpu, _ in _spent.values()):7.1f}          "
            f"all {len(_spent)}")


def pytest_addoption(parser):
    parser.addoption("--fast", action="store_true",
                     help="only the tests that lists.toml calls fast")
    parser.addoption("--slowest", type=int, default=SHOWN, metavar="N",
                     help="list so many of the slowest tests")
