"""What a grading is asked for: which labs and tests, with which cases."""

import os
import shutil
import tomllib
from pathlib import Path

from grade import secret, tree
from grade.verdict import CannotGrade


def labs_to_grade(top, wanted, test=None, exercise=None):
    """The numbers of the labs to grade: the one wanted, or the exercise's;
    else those that have the test; else all on main, and the newest in a
    student's clone."""
    here = sorted(tree.labs_in(top))
    if not here:
        raise CannotGrade("there is no lab here (labs/labN/lab.toml)")
    if wanted is None and exercise:
        wanted = lab_of(exercise)
    if wanted is None and test:
        having = [n for n in here if test in
                  [t["name"] for t in read_lab(top, n)["test"]]]
        if not having:
            raise CannotGrade(f"no lab here has a test {test}")
        return having
    if wanted is None:
        return here if tree.is_main(top) else here[-1:]
    if wanted not in here:
        raise CannotGrade(f"there is no lab {wanted} here; there is "
                          f"{', '.join(map(str, here))}")
    return [wanted]


def lab_of(exercise):
    """The number of the lab that an exercise, as 2.1, is of."""
    number, dot, _ = exercise.partition(".")
    if not dot or not number.isdecimal():
        raise CannotGrade(f"EXERCISE={exercise}: it is as 2.1")
    return int(number)


def read_lab(top, number):
    """labs/labN/lab.toml, with the seeds written out."""
    path = Path(top) / f"labs/lab{number}/lab.toml"
    with open(path, "rb") as file:
        lab = tomllib.load(file)
    extra = extra_folder()
    if extra and (extra / f"lab{number}.toml").exists():
        with open(extra / f"lab{number}.toml", "rb") as file:
            more = tomllib.load(file)
        lab["test"] += more.get("test", [])
        lab["seeds"] |= more.get("seeds", {})
    return lab


def extra_folder():
    """GRADE_EXTRA's folder, or None. CannotGrade if it is not there."""
    name = os.environ.get("GRADE_EXTRA")
    if not name:
        return None
    if not os.path.isdir(name):
        raise CannotGrade(f"GRADE_EXTRA: there is no folder {name}")
    return Path(name)


def add_extra(staged, number):
    """Lays the hidden tests of a lab beside its own."""
    extra = extra_folder()
    for path in sorted(extra.glob(f"lab{number}/*.py")) if extra else ():
        dest = staged / f"grade/lab{number}" / path.name
        if dest.exists():
            raise CannotGrade(f"GRADE_EXTRA: {path.name} is the lab's own")
        shutil.copy(path, dest)


def seeds_of(lab, run):
    """{boot: [seeds]} of the run with that secret; None: the fixed ones."""
    return {boot: secret.Secret(run).seeds(boot, range(first, past))
            for boot, (first, past) in lab.get("seeds", {}).items()}


def selected(lab, name, exercise=None):
    """The lab with only the tests that are asked for."""
    tests = [t for t in lab["test"] if name in (None, t["name"])
             and exercise in (None, t["exercise"])]
    if not tests:
        what = f"test {name}" if name else f"exercise {exercise}"
        raise CannotGrade(f"lab {lab['number']} has no {what}")
    return {**lab, "test": tests}
