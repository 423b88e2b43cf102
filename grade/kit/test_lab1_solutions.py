"""Lab 1's grader against solutions: right ones get everything, wrong ones
fail the tests that they name, forged ones get nothing, broken ones are told.
"""

import os
import re
import sys

import pytest

from grade.kit import solutions
from grade.kit.solutions import TOP

LAB = 1
HERE = TOP / f"solutions/lab{LAB}"
STARTERS = TOP / f"labs/lab{LAB}"
WRONG = solutions.wrong_solutions(LAB)
FORGED_MOST = 5         # points of 100
WALK = "kernel/core/walk.c"
INFO = "kernel/core/bootinfo.c"


def test_there_are_enough_wrong_solutions():
    for exercise in ("1.1", "1.2", "1.3", "1.4", "1.5"):
        assert sum(w.exercise == exercise for w in WRONG) >= 4
    assert len(WRONG) >= 25


@pytest.fixture
def tell(tmp_path_factory, capfd):
    """Notes one wrong solution's fate; the last one prints how many were
    caught. The workers of one run share a folder."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    fates = base / f"wrong-lab{LAB}"

    def note(name, caught):
        with open(fates, "a", encoding="utf-8") as file:
            file.write(f"{'caught' if caught else 'missed'} {name}\n")
        lines = fates.read_text().splitlines()
        if len(lines) == len(WRONG):
            with capfd.disabled():
                print("\n" + solutions.summary(LAB, lines), file=sys.stderr)
    return note


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: w.name)
def test_wrong_solution_is_caught(wrong, tmp_path, tell):
    missed = wrong.caught_by
    try:
        missed = solutions.missed(LAB, wrong, tmp_path)
    finally:
        tell(wrong.name, not missed)
    assert not missed, f"{wrong.subject}: passes {', '.join(missed)}"


@pytest.mark.parametrize("folder", [
    TOP, HERE / "other1", HERE / "other2"], ids=["reference", "other1",
                                                 "other2"])
def test_right_solution_gets_everything(folder, tmp_path):
    got = solutions.graded(LAB, folder, tmp_path)
    assert (got.score, got.possible, got.status) == (100, 100, 0), got.said


def test_starters_get_nothing(tmp_path):
    got = solutions.graded(LAB, STARTERS, tmp_path)
    assert (got.score, got.possible, got.status) == (0, 100, 1)
    assert not got.passed
    assert "exercise 1.1 (kernel/core/bootinfo.c: bootinfo_parse) is not " \
        "written yet" in got.said


@pytest.mark.parametrize("name", ["printer", "replay", "early_exit",
                                  "memory"])
def test_forged_kernel_gets_nothing(name, tmp_path):
    got = solutions.graded(LAB, HERE / "forged" / name, tmp_path)
    assert got.score <= FORGED_MOST, f"it passes {sorted(got.passed)}"
    assert got.status == 1 and "does not build" not in got.said


# ---- submissions that cannot be graded, or do not end ----------------------

@pytest.fixture
def submission(tmp_path):
    """The reference's files, to be spoilt."""
    return solutions.copy_owned(LAB, TOP, tmp_path / "submission")


def put_before(submission, path, line, text):
    """Puts text in front of the first line that starts so."""
    file = submission / path
    whole, count = re.subn(f"^{re.escape(line)}", text + line,
                           file.read_text(), count=1, flags=re.M)
    assert count == 1, f"{path} has no line {line!r}"
    file.write_text(whole)


def a_link(file):
    file.symlink_to("/etc/passwd")


@pytest.mark.parametrize("spoil, says", [
    (lambda file: None, "missing"),
    (lambda file: file.mkdir(), "is not a regular file"),
    (os.mkfifo, "is not a regular file"),
    (a_link, f"{WALK} is a symbolic link"),
], ids=["missing", "folder", "pipe", "link"])
def test_file_that_is_none(spoil, says, submission, tmp_path):
    (submission / WALK).unlink()
    spoil(submission / WALK)
    got = solutions.graded(LAB, submission, tmp_path)
    assert got.said == f"xo5: {WALK}: {says}\nScore: 0/100\n"
    assert got.status == 2


def test_folder_that_is_not_there(tmp_path):
    got = solutions.graded(LAB, tmp_path / "none", tmp_path)
    assert "there is no folder" in got.said.splitlines()[0]
    assert (got.score, got.status) == (0, 2)


def test_file_that_does_not_compile(submission, tmp_path):
    put_before(submission, WALK, "struct walk walk_find", "int x = ;\n")
    got = solutions.graded(LAB, submission, tmp_path)
    assert got.said.startswith(
        "xo5: lab 1 of the submission does not build:")
    assert re.search(rf"^{WALK}:\d+:\d+: error: ", got.said, re.M)
    assert (got.score, got.possible, got.status) == (0, 100, 1)


def test_function_that_is_not_there(submission, tmp_path):
    (submission / WALK).write_text('#include "core/walk.h"\n')
    got = solutions.graded(LAB, submission, tmp_path)
    assert "undefined reference to `walk_find'" in got.said
    assert (got.score, got.status) == (0, 1)


def test_function_without_end(submission, tmp_path):
    put_before(submission, WALK, "    struct walk at = {name_in(root",
               "    while (arch_depth != 0) {\n    }\n")
    got = solutions.graded(LAB, submission, tmp_path, "--test",
                           "test_walk_stops")
    assert re.search(r'in the case ".*" it ran on without end \([\d,]+ '
                     r"instructions\), last in walk_find\+0x", got.said)
    assert (got.score, got.status) == (0, 1)


def test_flood_of_words(submission, tmp_path):
    put_before(submission, INFO, "    uint64_t total = limit < 8",
               "    while (limit < UINT64_MAX) {\n"
               "        serial_put('x');\n    }\n")
    put_before(submission, INFO, '#include "core/bootinfo.h"',
               '#include "arch/arch.h"\n')
    got = solutions.graded(LAB, submission, tmp_path, "--test",
                           "test_info_plain")
    assert "it printed more than 1024 KiB without end" in got.said
    assert (got.score, got.status) == (0, 1)
    assert len(got.said) < 10000, "the flood itself is told"


def test_verdicts_come_within_seconds(submission, tmp_path):
    """What never ends costs a bounded number of instructions, in all boots
    that there are."""
    put_before(submission, WALK, "    struct walk at = {name_in(root",
               "    while (arch_depth != 0) {\n    }\n")
    got = solutions.graded(LAB, submission, tmp_path)
    assert got.seconds < 60
    assert got.possible == 100 and 0 < got.score < 50 and got.status == 1
