"""Lab 5's grader against solutions: right ones get everything, wrong ones
fail the tests that they name, the starters get nothing."""

import os
import shutil
import sys

import pytest

from grade.kit import solutions
from grade.kit.solutions import TOP

LAB = 5
HERE = TOP / f"solutions/lab{LAB}"
WRONG = solutions.wrong_solutions(LAB)
FILES = {f"5.{n}": f"user/libos/min/{name}.c" for n, name in
         enumerate(("pager", "fork", "exec", "pipe", "calls"), 1)}
# What each exercise must reach of its own points if the others are not
# written: programs and calls need all that is beneath them.
ALONE = {"5.1": 0.9, "5.2": 0.9, "5.4": 0.5}


def test_there_are_enough_wrong_solutions():
    for exercise in FILES:
        assert sum(w.exercise == exercise for w in WRONG) >= 3
    assert len(WRONG) >= 15


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


def submission(folder, dest):
    """The reference's files of earlier labs, and a folder's of this one."""
    solutions.copy_owned(LAB, TOP, dest)
    shutil.copytree(folder, dest, dirs_exist_ok=True)
    return dest


def test_reference_gets_everything(tmp_path):
    got = solutions.graded(LAB, TOP, tmp_path)
    assert (got.score, got.possible, got.status) == (100, 100, 0), got.said


@pytest.mark.parametrize("name", ["other1", "other2"])
def test_right_solution_gets_all(name, tmp_path):
    dest = submission(HERE / name, tmp_path / "s")
    got = solutions.graded(LAB, dest, tmp_path)
    assert (got.score, got.possible, got.status) == (100, 100, 0), got.said


def starters(dest, *paths):
    """The reference, with the starters of these files."""
    solutions.copy_owned(LAB, TOP, dest)
    for path in paths:
        shutil.copy(TOP / f"labs/lab{LAB}" / path, dest / path)
    return dest


def test_starters_get_nothing(tmp_path):
    dest = starters(tmp_path / "s", *FILES.values())
    got = solutions.graded(LAB, dest, tmp_path)
    assert (got.score, got.possible, got.status) == (0, 100, 1)
    assert not got.passed
    for exercise in ("5.1", "5.2", "5.3", "5.4"):
        assert f"exercise {exercise} ({FILES[exercise]}: " in got.said


@pytest.mark.parametrize("exercise", sorted(ALONE))
def test_scores_alone(exercise, tmp_path):
    """With the others not written, what needs none of them passes."""
    others = [path for number, path in FILES.items() if number != exercise]
    dest = starters(tmp_path / "s", *others)
    got = solutions.graded(LAB, dest, tmp_path)
    mine = {t["name"]: t["points"] for t in
            solutions.grader.read_lab(TOP, LAB)["test"]
            if t["exercise"] == exercise}
    assert got.passed <= mine.keys()
    assert got.score >= ALONE[exercise] * sum(mine.values()), got.said
