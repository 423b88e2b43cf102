"""Mutants of a lab's reference: what no test of the lab notices.

    python3 -m tests.labs.mutants LAB [--exercise 3.1] [--only TEXT]
                                  [--sample N] [--list]

Makes wrong solutions of the reference's student-owned files, one change each
(tests/labs/changes.py), and runs the tests of its exercise on each until one
fails. Those that none catches are listed, unless tests/labs/mutants.toml says
why they are right: then they differ in nothing that the contract promises.
Those of which the compiler makes the same code are not run.

The exit status is 0 if every survivor is explained.
"""

import argparse
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

from grade import asked, build
from tests.labs import crowd, solutions
from tests.labs.changes import TOP, changed, mutants_of, object_code

EXPLAINED = TOP / "tests/labs/mutants.toml"
SHOWN = 60                  # characters of a mutant's text
# Kinds of change that leave a check out or shift it: most of a sample.
CHECKS = ("never", "the first alone", "the second alone", "by <", "by <=",
          "by >", "by >=", "by ==", "by !=", "without !")
CHECKS_PART = 2 / 3
WHOLE = ("test_program_", "test_machine_", "test_init_")


def explanations():
    """{name: why it is right} of mutants that nobody has to catch."""
    with open(EXPLAINED, "rb") as file:
        return tomllib.load(file)["right"]


def tests_of(lab, exercise):
    """The names of an exercise's tests, those of whole boots last."""
    tests = [t for t in asked.read_lab(TOP, lab)["test"]
             if t["exercise"] == exercise]
    return [t["name"] for t in sorted(
        tests, key=lambda t: t["name"].startswith(WHOLE))]


def caught(lab, mutant, work, tests):
    """What caught a mutant: a test's name, "the compiler", or None."""
    submission = solutions.copy_owned(lab, TOP, Path(work) / "mutant")
    (submission / mutant.path).write_bytes(changed(mutant))
    try:
        found = solutions.verdicts(lab, submission,
                                   tests, work, options=("-x",))
    except build.BuildError:
        return "the compiler"
    lost = [v["not_graded"] for v in found.values() if "not_graded" in v]
    assert not lost, f"{mutant}: not graded: {lost[0]}"
    return next((name for name, verdict in found.items()
                 if not verdict["passed"]), None)


def survivors(lab, mutants, tell=print, counts=None):
    """Those of the mutants that nothing catches, and nothing explains.
    counts: a Counter of (exercise, fate)."""
    left, counts = [], Counter() if counts is None else counts
    for number, (mutant, fate, by) in enumerate(fates(lab, mutants), 1):
        counts[mutant.exercise, fate] += 1
        if fate == "survives":
            left.append(mutant)
        tell(f"{number}/{len(mutants)} {fate:9} {mutant}"
             + (f" (by {by})" if by else "")
             + (f"\n    {mutant.text[:SHOWN]}" if fate == "survives" else ""))
    return left


def fates(lab, mutants):
    """(mutant, "caught", "survives", "right" or "same", what caught it): first
    of those that need not be run."""
    right, codes, run = explanations(), {}, []
    for mutant in mutants:
        if mutant.path not in codes:
            codes[mutant.path] = object_code(
                mutant.path, (TOP / mutant.path).read_bytes())
            assert codes[mutant.path], f"{mutant.path} does not compile"
        if mutant.name in right:
            yield mutant, "right", None
            continue
        code = object_code(mutant.path, changed(mutant))
        if code is None:
            yield mutant, "caught", "the compiler"
        elif code == codes[mutant.path]:
            yield mutant, "same", None
        else:
            run.append(mutant)
    for path in dict.fromkeys(mutant.path for mutant in run):
        yield from _run(lab, [m for m in run if m.path == path])


def _run(lab, mutants):
    """fates() of mutants of one file that have to be run."""
    tests, late, found = tests_of(lab, mutants[0].exercise), (), {}
    if crowd.can_hold(lab, mutants[0].path):
        early = [name for name in tests if not name.startswith(WHOLE)]
        late = [name for name in tests if name.startswith(WHOLE)]
        with tempfile.TemporaryDirectory(prefix="xo5-mutants-") as work:
            found = crowd.caught(lab, mutants, work, early)
    for mutant in mutants:
        by, left = found.get(mutant), late if mutant in found else tests
        if by is None and left:
            with tempfile.TemporaryDirectory(prefix="xo5-mutant-") as work:
                by = caught(lab, mutant, work, left)
        yield mutant, "caught" if by else "survives", by


def sample(mutants, count):
    """So many of them: the same ones each time, evenly from each exercise,
    and most of them of checks. 0: all."""
    if not 0 < count < len(mutants):
        return mutants
    exercises = {}
    for mutant in mutants:
        exercises.setdefault(mutant.exercise, []).append(mutant)
    chosen, whole = [], len(mutants)
    for own in exercises.values():
        part = -(-count * len(own) // whole)
        checks = [m for m in own if m.what in CHECKS]
        others = [m for m in own if m.what not in CHECKS]
        first = min(len(checks), round(part * CHECKS_PART))
        chosen += _evenly(checks, first)
        chosen += _evenly(others, min(len(others), part - first))
    return sorted(chosen, key=mutants.index)


def _evenly(things, count):
    return [things[n * len(things) // count] for n in range(count)]


def table(mutants, counts):
    """The lines that say of each exercise how many mutants there are, and
    what became of them."""
    lines = ["exercise  mutants  tried  caught  explained  same code  survive"]
    made = Counter(mutant.exercise for mutant in mutants)
    for exercise in made:
        by = {fate: counts[exercise, fate]
              for fate in ("caught", "right", "same", "survives")}
        lines.append(f"{exercise:8}  {made[exercise]:7}  {sum(by.values()):5}  "
                     f"{by['caught']:6}  {by['right']:9}  {by['same']:9}  "
                     f"{by['survives']:7}")
    return lines


def main(words=None):
    """Tries the mutants; 0 if every survivor is explained."""
    parser = argparse.ArgumentParser(prog="tests.labs.mutants")
    parser.add_argument("lab", type=int)
    parser.add_argument("--exercise")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(words)
    made = mutants_of(options.lab, options.exercise, options.only)
    chosen = sample(made, options.sample)
    if options.list:
        for mutant in chosen:
            print(f"{mutant}\n    {mutant.text}")
        return 0
    counts = Counter()
    left = survivors(options.lab, chosen,
                     lambda line: print(line, flush=True), counts)
    print("\n".join(table(made, counts)))
    print(f"lab {options.lab}: {len(chosen)} of {len(made)} mutants, "
          f"{len(left)} survive unexplained")
    for mutant in left:
        print(f"  {mutant}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
