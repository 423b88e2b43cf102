"""The pytest plugin of the graders.

It reads the lab's points from lab.toml, boots what the tests look at, once a
boot and worker, and writes down each test's verdict as JSON. Settings come
from the file that XO5_GRADE names (grade/__main__.py writes it).
"""

import errno
import json
import os
from pathlib import Path

import pytest

from grade import boot, resume
from grade.elf import Symbols
from grade.plain import line, plain
from grade.secret import Secret
from grade.verdict import CannotGrade, LetIn, Wrong

# What this computer lacks is nobody's fault: no verdict, and no score.
LACKS = (errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN,
         errno.EDQUOT, errno.EIO)


class Settings:
    """What is graded: tree, build, lab (the toml), secret, seeds."""

    def __init__(self, path):
        values = json.loads(Path(path).read_text())
        self.build = values["build"]
        self.lab = values["lab"]
        self.secret = Secret(values.get("secret"))
        self.seeds = values["seeds"]
        self.results = values["results"]
        self.boxed = values.get("boxed", False)
        self.resume = values.get("resume", resume.LATER)
        self.tests = {t["name"]: t for t in self.lab.get("test", [])}
        self.boots = {b["name"]: b for b in self.lab.get("boot", [])}
        self._symbols = None

    @property
    def symbols(self):
        """The graded kernel's."""
        if self._symbols is None:
            self._symbols = Symbols(os.path.join(self.build, "kernel.elf"))
        return self._symbols

    def machine(self, boot):
        """Machine's options for a boot of lab.toml."""
        said = {**self.boots[boot],
                "mem": self.secret.memory(self.boots[boot])}
        return {k: said[k] for k in ("mem", "cpu", "machine", "firmware")
                if said.get(k)}


def pytest_configure(config):
    config.xo5 = Settings(os.environ["XO5_GRADE"])
    boot.use_sandbox(config.xo5.boxed)
    resume.use(config.xo5.resume)
    config.xo5_verdicts = {}


@pytest.hookimpl(tryfirst=True)     # xdist looks at the groups in its own
def pytest_collection_modifyitems(config, items):
    """Only the tests asked for; those of one boot run in one worker."""
    wanted = config.xo5.tests
    config.hook.pytest_deselected(
        items=[item for item in items if item.name not in wanted])
    items[:] = config.xo5.secret.shuffled(
        [item for item in items if item.name in wanted], "tests")
    for item in items:
        boot = wanted[item.name]["boot"]
        item.add_marker(pytest.mark.xdist_group(boot))


@pytest.fixture(scope="session")
def settings(request):
    return request.config.xo5


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.excinfo is not None:
        error = call.excinfo.value
        report.user_properties += [
            _said_of(error), ("xo5_let_in", isinstance(error, LetIn)),
            ("xo5_case", getattr(error, "case", None))]


def _said_of(error):
    """(xo5_words or xo5_not_graded, the words) of what a test raised."""
    if isinstance(error, Wrong):
        return "xo5_words", plain(str(error))
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, CannotGrade):
        return "xo5_not_graded", line(str(error))
    if isinstance(error, (MemoryError, TimeoutError)) or (
            isinstance(error, OSError) and error.errno in LACKS):
        return "xo5_not_graded", line(said)
    return "xo5_words", plain(f"the grader itself failed: {said}")


def pytest_runtest_logreport(report):
    """Notes a verdict. One that is no report of a test's is xdist's: of the
    test that ran when its worker ended."""
    config = _config
    crashed = report.when not in ("setup", "call", "teardown")
    if config is None or (report.when != "call" and report.passed):
        return
    name = report.nodeid.rsplit("::", 1)[-1].split("@")[0]
    said = dict(report.user_properties)
    verdict = {"passed": report.passed, "words": said.get("xo5_words", ""),
               "seconds": round(report.duration, 3),
               "let_in": said.get("xo5_let_in", False),
               "case": said.get("xo5_case")}
    if crashed:
        said["xo5_not_graded"] = "a worker of the grader's ended under it"
    if "xo5_not_graded" in said:
        verdict["not_graded"] = said["xo5_not_graded"]
    config.xo5_verdicts.setdefault(name, verdict)
    if not report.passed:
        config.xo5_verdicts[name] = verdict


_config = None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    global _config
    if not hasattr(session.config, "workerinput"):
        _config = session.config


def lose_exercises(tests, verdicts):
    """Points follow the danger: where a test with `danger` in lab.toml fails
    because the kernel let somebody in, the exercise's others give none."""
    for test in tests.values():
        if not test.get("danger") or \
                not verdicts.get(test["name"], {}).get("let_in"):
            continue
        words = (f"exercise {test['exercise']} gives no points while "
                 f"{test['name']} fails: it lets somebody in.\nThis test "
                 "itself passes.")
        for name, other in tests.items():
            if other["exercise"] == test["exercise"] and \
                    verdicts.get(name, {}).get("passed"):
                verdicts[name] |= {"passed": False, "words": words}


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        settings, verdicts = session.config.xo5, session.config.xo5_verdicts
        tell_needs(settings.lab, verdicts)
        lose_exercises(settings.tests, verdicts)
        Path(settings.results).write_text(json.dumps(verdicts))


def tell_needs(lab, verdicts):
    """Says first, of each test that failed, what failed in an exercise that
    it needs: `needs` of the test in lab.toml, or of its exercise."""
    lost = {}
    for test in lab["test"]:
        if not verdicts.get(test["name"], {"passed": True})["passed"]:
            lost.setdefault(test["exercise"], test["name"])
    needs = {e["id"]: e.get("needs", []) for e in lab["exercise"]}
    said = {}
    for test in lab["test"]:
        mine, verdict = test["exercise"], verdicts.get(test["name"])
        lines = [f"{other} fails {lost[other]}; {mine} needs it\n"
                 for other in test.get("needs", needs.get(mine, []))
                 if other in lost]
        if lines and verdict and not verdict["passed"]:
            said[test["name"]] = "".join(lines) + verdict["words"]
    for name, words in said.items():
        verdicts[name]["words"] = words
