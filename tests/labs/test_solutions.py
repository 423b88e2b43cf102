"""The labs' graders against solutions: right ones get everything, wrong ones
fail the tests that they name, the starters get nothing; broken ones, which are
lab 1's, are told. (Forged ones: test_forgeries.py.)

    make test K="solutions and lab4"
"""

import os
import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field

import pytest

from tests.labs import solutions
from tests.labs.solutions import TOP

VERDICT_SECONDS = 120   # of the processor
WALK = "kernel/boot/walk.c"
INFO = "kernel/boot/bootinfo.c"


@dataclass(frozen=True)
class Lab:
    """What is particular to a lab."""
    number: int
    enough: tuple = (4, 25)     # wrong solutions: of each exercise, in all
    # Which part of its own points an exercise must reach when the others are
    # not written; those that need another are left out.
    alone: dict = field(default_factory=dict)

    @property
    def here(self):
        return TOP / f"solutions/lab{self.number}"

    @property
    def wrong(self):
        return solutions.wrong_solutions(self.number)

    @property
    def files(self):
        """{exercise: its file}."""
        lab = solutions.asked.read_lab(TOP, self.number)
        return {e["id"]: e["file"] for e in lab["exercise"]}


LABS = (
    # Its tests need all of the kernel.
    Lab(1),
    # alloc makes, drops and clears frames with frame.c's functions.
    Lab(2, (4, 30), {"2.1": 0.8, "2.2": 0.5, "2.3": 0.8, "2.4": 0.8}),
    Lab(3, alone={f"3.{n}": 0.8 for n in range(1, 5)}),
    # A scheduler without a CPU to hand over can do nothing.
    Lab(4, alone={"4.1": 0.9, "4.2": 0.9}),
    # Programs and calls need all that is beneath them; no program calls
    # anything before there is 5.3.
    Lab(5, (3, 15), {"5.1": 0.9, "5.2": 0.9, "5.4": 0.5}),
)


def name_of(value):
    """lab4 for a Lab; the other parameters by their names."""
    if isinstance(value, Lab):
        return f"lab{value.number}"
    return getattr(value, "name", None)


def each(values):
    """Parameters (lab, value) of what `values` says of each lab."""
    return pytest.mark.parametrize(
        "lab, value", [(lab, v) for lab in LABS for v in values(lab)],
        ids=name_of)


ALL = pytest.mark.parametrize("lab", LABS, ids=name_of)


@ALL
def test_there_are_enough_wrong_solutions(lab):
    of_each, in_all = lab.enough
    for exercise in lab.files:
        assert sum(w.exercise == exercise for w in lab.wrong) >= of_each
    assert len(lab.wrong) >= in_all


@pytest.fixture
def tell(tmp_path_factory, capfd):
    """Notes one wrong solution's fate; a lab's last one prints how many were
    caught. The workers of one run share a folder."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def note(lab, name, caught):
        fates = base / f"wrong-lab{lab.number}"
        with open(fates, "a", encoding="utf-8") as file:
            file.write(f"{'caught' if caught else 'missed'} {name}\n")
        lines = fates.read_text().splitlines()
        if len(lines) == len(lab.wrong):
            with capfd.disabled():
                print("\n" + solutions.summary(lab.number, lines),
                      file=sys.stderr)
    return note


@each(lambda lab: lab.wrong)
def test_wrong_solution_is_caught(lab, value, tmp_path, tell):
    missed = value.caught_by
    try:
        missed = solutions.missed(lab.number, value, tmp_path)
    finally:
        tell(lab, value.name, not missed)
    assert not missed, f"{value.subject}: passes {', '.join(missed)}"


def built_of(lab, submission, staged):
    """{path: bytes} of what GRUB and the graders are given of a build."""
    folder = solutions.made(lab, submission, staged)
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for part in ("iso", "libos", "lab5")
            for path in (folder / part).rglob("*") if path.is_file()}


def test_workshop_keeps_nothing(tmp_path):
    """What is built after other solutions is what is built in a new place:
    no file, object or list of theirs is in it."""
    lab = LABS[4]
    first, second = (
        solutions.patched(5, value.path, tmp_path / value.name)
        for value in (lab.wrong[0], lab.wrong[-1]))
    (first / "mine").mkdir()
    (first / "mine/left.c").write_text("int left(void);\n"
                                       "int left(void) { return 1; }\n")
    shared, new = (solutions.new_workshop(5, tmp_path / name)
                   for name in ("shared", "new"))
    before = built_of(5, first, shared)
    after = built_of(5, second, shared)
    assert before["iso/boot/kernel.elf"] != after["iso/boot/kernel.elf"]
    assert after == built_of(5, second, new)


@ALL
def test_reference_gets_everything(lab, tmp_path):
    got = solutions.graded(lab.number, TOP, tmp_path)
    assert (got.score, got.possible, got.status) == (100, 100, 0), got.said


@each(lambda lab: ("other1", "other2"))
def test_right_solution_gets_all(lab, value, tmp_path):
    """The reference's files, under those of a folder that has only this
    lab's."""
    dest = solutions.copy_owned(lab.number, TOP, tmp_path / "s")
    shutil.copytree(lab.here / value, dest, dirs_exist_ok=True)
    got = solutions.graded(lab.number, dest, tmp_path)
    assert (got.score, got.possible, got.status) == (100, 100, 0), got.said


def starters(lab, dest, *exercises):
    """The reference, with the starters of these exercises."""
    solutions.copy_owned(lab.number, TOP, dest)
    for path in (lab.files[exercise] for exercise in exercises):
        shutil.copy(TOP / f"labs/lab{lab.number}" / path, dest / path)
    return dest


@ALL
def test_starters_get_nothing(lab, tmp_path):
    dest = starters(lab, tmp_path / "s", *lab.files)
    got = solutions.graded(lab.number, dest, tmp_path)
    assert (got.score, got.possible, got.status) == (0, 100, 1)
    assert not got.passed
    assert got.said.count("it is not written yet: the file is as it came"
                          ) == len(lab.files)


@ALL
def test_starters_that_run_get_nothing(lab, tmp_path):
    """Nor do they with one line more in each file, which is then no file as
    it came: what they do is looked at, in the boot with most points."""
    dest = starters(lab, tmp_path / "s", *lab.files)
    for path in lab.files.values():
        with open(dest / path, "a", encoding="utf-8") as file:
            file.write("/* Begun. */\n")
    tests = solutions.asked.read_lab(TOP, lab.number)["test"]
    points = Counter()
    for test in tests:
        points[test["boot"]] += test["points"]
    boot = max(points, key=points.get)
    names = [t["name"] for t in tests if t["boot"] == boot]
    found = solutions.verdicts(lab.number, dest, names, tmp_path)
    assert names and found.keys() == set(names)
    for name in names:
        assert not found[name]["passed"], name
        assert f"exercise {lab.number}." in found[name]["words"], name


@each(lambda lab: sorted(lab.alone))
def test_scores_alone(lab, value, tmp_path):
    """With the others not written, what needs none of them passes."""
    others = [exercise for exercise in lab.files if exercise != value]
    dest = starters(lab, tmp_path / "s", *others)
    got = solutions.graded(lab.number, dest, tmp_path)
    mine = {t["name"]: t["points"] for t in
            solutions.asked.read_lab(TOP, lab.number)["test"]
            if t["exercise"] == value}
    assert got.passed <= mine.keys()
    assert got.score >= lab.alone[value] * sum(mine.values()), got.said


# ---- submissions that cannot be graded, or do not end ----------------------

@pytest.fixture
def submission(tmp_path):
    """The reference's files, to be spoilt."""
    return solutions.copy_owned(1, TOP, tmp_path / "submission")


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
    got = solutions.graded(1, submission, tmp_path)
    assert got.said.startswith(f"xo5: lab 1: {WALK}: {says}\n")
    assert (got.score, got.status) == (0, 1)


def test_folder_that_is_not_there(tmp_path):
    got = solutions.graded(1, tmp_path / "none", tmp_path)
    assert "there is no folder" in got.said.splitlines()[0]
    assert (got.score, got.status) == (None, 2)


def test_file_that_does_not_compile(submission, tmp_path):
    put_before(submission, WALK, "struct walk walk_find", "int x = ;\n")
    got = solutions.graded(1, submission, tmp_path)
    assert got.said.startswith(
        "xo5: lab 1 of the submission does not build:")
    assert re.search(rf"^{WALK}:\d+:\d+: error: ", got.said, re.M)
    assert (got.score, got.possible, got.status) == (0, 100, 1)


def test_function_that_is_not_there(submission, tmp_path):
    (submission / WALK).write_text('#include "boot/walk.h"\n')
    got = solutions.graded(1, submission, tmp_path)
    assert "undefined reference to `walk_find'" in got.said
    assert (got.score, got.status) == (0, 1)


def test_function_without_end(submission, tmp_path):
    put_before(submission, WALK, "    struct walk at = {name_in(root",
               "    while (arch_depth != 0) {\n    }\n")
    got = solutions.graded(1, submission, tmp_path, "--test",
                           "test_walk_stops")
    assert re.search(r'in the case ".*" it ran on without end \([\d,]+ '
                     r"instructions\), last in walk_find\+0x", got.said)
    assert (got.score, got.status) == (0, 1)


def test_flood_of_words(submission, tmp_path):
    put_before(submission, INFO, "    uint64_t total = limit < 8",
               "    while (limit < UINT64_MAX) {\n"
               "        serial_put('x');\n    }\n")
    put_before(submission, INFO, '#include "boot/bootinfo.h"',
               '#include "arch/arch.h"\n')
    got = solutions.graded(1, submission, tmp_path, "--test",
                           "test_info_plain")
    assert "it printed more than 256 KiB without end" in got.said
    assert (got.score, got.status) == (0, 1)
    assert len(got.said) < 10000, "the flood itself is told"


def test_verdicts_come_within_seconds(submission, tmp_path):
    """What never ends costs a bounded number of instructions, in all boots
    that there are; and no points of an exercise that does not call it."""
    put_before(submission, WALK, "    struct walk at = {name_in(root",
               "    while (arch_depth != 0) {\n    }\n")
    got = solutions.graded(1, submission, tmp_path)
    assert got.seconds < VERDICT_SECONDS
    assert got.possible == 100 and 0 < got.score < 50 and got.status == 1
    assert got.passed == {
        t["name"] for t in solutions.asked.read_lab(TOP, 1)["test"]
        if t["exercise"] in ("1.1", "1.2")}
    assert re.search(r"it was not run: (test_\w+, ){2}test_\w+ of exercise "
                     r"1\.3 do not end", got.said)
