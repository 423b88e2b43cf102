"""Many mutants of one file of the kernel's in one kernel.

A grading of one mutant is a build and some boots, which is nearly all of its
time. So the mutants of a file are compiled side by side, each with other names
for its functions, as files in mine/; a jump at the beginning of the reference's
functions says whose turn it is, and the machines are kept from one mutant to
the next (tests/labs/kept.py). That is for tests which ask a machine before
ring 3 (grade/ops): what a whole boot would show is not seen here.

The first and the last of them are the reference itself: what catches these
would catch anything.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

from grade import asked
from tests.labs import changes, solutions
from tests.labs.changes import TOP

HARNESS = "grade/ops/harness.c"
FAILED = "the grader itself failed"     # as grade/plugin.py says it


def can_hold(lab, path):
    """Whether mutants of this file can stand side by side."""
    return path.startswith("kernel/") and \
        asked.read_lab(TOP, lab)["build"]["harness"] == HARNESS


def caught(lab, mutants, work, tests):
    """{mutant: the test that caught it, or None}, without those at which the
    grader itself failed. The mutants are of one file, and compile."""
    work, path = Path(work), mutants[0].path
    submission = solutions.copy_owned(lab, TOP, work / "crowd")
    part = next(e for e in asked.read_lab(TOP, lab)["exercise"]
                if e["file"] == path)
    functions = changes.File(part).public()
    same = replace(mutants[0], text=mutants[0].old)
    all_of_them = [same, *mutants, same]
    _write(submission / "mine", all_of_them, functions)
    turns, found = work / "turns.json", work / "found"
    turns.write_text(json.dumps({
        "mutants": len(all_of_them), "functions": functions,
        "found": str(found)}))
    os.environ["XO5_CROWD"] = str(turns)
    solutions.verdicts(lab, submission, tests, work,
                       options=("-ptests.labs.kept",))
    said = [json.loads(line) for line in found.read_text().splitlines()]
    assert len(said) == len(all_of_them), _log(work)
    assert said[0] == said[-1] == [None, ""], \
        f"the reference does not pass: {said[0]}, {said[-1]}"
    return {mutant: by for mutant, (by, words) in zip(mutants, said[1:-1])
            if not words.startswith(FAILED)}


def _log(work):
    return (work / "pytest.log").read_text()[-2000:]


def _write(mine, mutants, functions):
    """The files of C, with the functions' names made their own."""
    mine.mkdir()
    for number, mutant in enumerate(mutants):
        names = "".join(f"#define {name} {name}__{number}\n"
                        for name in functions)
        (mine / f"mutant{number}.c").write_bytes(
            names.encode() + changes.changed(mutant))
