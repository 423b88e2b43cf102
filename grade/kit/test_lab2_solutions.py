"""Lab 2's grader against solutions: right ones get everything, wrong ones
fail the tests that they name, the starters get nothing."""

import os
import shutil
import sys

import pytest

from grade.kit import solutions
from grade.kit.solutions import TOP

LAB = 2
HERE = TOP / f"solutions/lab{LAB}"
WRONG = solutions.wrong_solutions(LAB)
EXERCISES = ("2.1", "2.2", "2.3", "2.4")


def test_there_are_enough_wrong_solutions():
    for exercise in EXERCISES:
        assert sum(w.exercise == exercise for w in WRONG) >= 4
    assert len(WRONG) >= 30


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
    """The reference's files, under those of a folder that has only this
    lab's."""
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


FILES = {"2.1": "kernel/core/frame.c", "2.2": "kernel/ops/alloc.c",
         "2.3": "kernel/ops/create.c", "2.4": "kernel/core/enter.c"}


def test_starters_get_nothing(tmp_path):
    dest = starters(tmp_path / "s", *FILES.values())
    got = solutions.graded(LAB, dest, tmp_path)
    assert (got.score, got.possible, got.status) == (0, 100, 1)
    assert not got.passed
    for exercise, path in FILES.items():
        assert f"exercise {exercise} ({path}: " in got.said


@pytest.mark.parametrize("exercise", EXERCISES)
def test_scores_alone(exercise, tmp_path):
    """With the other three not written, what needs none of them passes:
    alloc makes, drops and clears frames with frame.c's functions."""
    others = [path for number, path in FILES.items() if number != exercise]
    dest = starters(tmp_path / "s", *others)
    got = solutions.graded(LAB, dest, tmp_path)
    mine = {t["name"]: t["points"] for t in
            solutions.grader.read_lab(TOP, LAB)["test"]
            if t["exercise"] == exercise}
    assert got.passed <= mine.keys()
    part = 0.5 if exercise == "2.2" else 0.8
    assert got.score >= part * sum(mine.values()), got.said
