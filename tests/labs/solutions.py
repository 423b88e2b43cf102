"""Solutions as submissions: wrong ones made of patches, right ones; each is
graded in a folder of its own.

    python3 -m tests.labs.solutions LAB [NAME]

tries the wrong solutions whose names hold NAME, and prints for each what the
tests say that should catch it.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grade import asked, build, resume, tree
from tests.labs import forked

TOP = Path(__file__).resolve().parents[2]
GRADE_SECONDS = 3600    # the backstop
SEED = "tests"          # the secret of gradings here: always the same
_SCORE = re.compile(r"^Score: (?:(\d+)/(\d+)|not graded)$")


@dataclass(frozen=True)
class Wrong:
    """A wrong solution: a patch, and what its first lines say."""
    path: Path
    subject: str
    caught_by: tuple
    exercise: str

    @property
    def name(self):
        return self.path.stem


def read_wrong(path):
    """The Wrong of one patch; KeyError if a line of its header is missing."""
    head, _, _ = path.read_text().partition("\n--- ")
    said = dict(line.split(": ", 1) for line in head.splitlines() if line)
    return Wrong(path, said["Subject"],
                 tuple(said["Caught-by"].split(", ")), said["Exercise"])


def wrong_solutions(lab):
    """The wrong solutions of a lab, by name."""
    folder = TOP / f"solutions/lab{lab}/wrong"
    return [read_wrong(path) for path in sorted(folder.glob("*.patch"))]


def copy_owned(lab, source, dest):
    """The student-owned files of a lab, and mine/, from one tree to dest."""
    for path in tree.owned_paths(TOP, lab):
        file = Path(dest) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(source) / path, file)
    return Path(dest)


def patched(lab, patch, dest):
    """The reference with a patch, as a submission in `dest`."""
    copy_owned(lab, TOP, dest)
    done = subprocess.run(["git", "apply", "-p1", str(patch)],
                          cwd=dest, text=True, capture_output=True,
                          check=False)
    assert done.returncode == 0, f"{patch.name}: {done.stdout}{done.stderr}"
    return Path(dest)


def _node_ids(lab, names):
    """pytest's names of tests that lab.toml calls by their bare names."""
    found = {}
    for file in sorted((TOP / f"grade/lab{lab}").glob("test_*.py")):
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M):
            found[name] = f"{file}::{name}"
    return [found[name] for name in names]


_workshops = {}         # lab: (a folder that goes when Python ends, its tree)


def new_workshop(lab, staged):
    """A place where solutions of a lab can be built one after the other:
    what did not change since the last one is not compiled again."""
    build.stage(TOP, lab, TOP, staged)
    return staged


def _workshop(lab):
    """This process's."""
    if lab not in _workshops:
        scratch = tempfile.TemporaryDirectory(prefix="xo5-solution-")
        _workshops[lab] = scratch, new_workshop(lab,
                                                Path(scratch.name) / "tree")
    return _workshops[lab][1]


def made(lab, submission, staged):
    """Builds a submission in a workshop; the folder of what was built.
    build.BuildError if it does not build."""
    _lay(lab, submission, staged)
    harness = asked.read_lab(TOP, lab)["build"]["harness"]
    return build.build(staged, harness, ["parts"])


def _lay(lab, submission, staged):
    """Makes the student's files of a staged tree those of a submission, as
    tree.stage() takes them; a file that stays the same keeps its time."""
    mine, _ = tree.mine_files(submission)
    theirs = {path: tree.checked(submission, path)
              for path in [*tree.owned_paths(TOP, lab), *mine]}
    for path in set(tree.mine_files(staged)[0]) - set(mine):
        (staged / path).unlink()
    for path, source in theirs.items():
        dest = staged / path
        if not dest.is_file() or dest.read_bytes() != source.read_bytes():
            tree.copy_file(source, dest)


def verdicts(lab, submission, names, work, seed=None, options=()):
    """{test: {passed, words}} of these tests alone; only what they need is
    booted. seed: the run's secret, if it shall have one. build.BuildError if
    the submission does not build. options: pytest's."""
    table = asked.read_lab(TOP, lab)
    table["test"] = [t for t in table["test"] if t["name"] in names]
    folder = made(lab, submission, _workshop(lab))
    results = Path(work) / "verdicts.json"
    settings = Path(work) / "grade.json"
    for test in table["test"]:      # each test's own verdict is wanted
        test.pop("danger", None)
    settings.write_text(json.dumps({
        "build": str(folder), "lab": table, "results": str(results),
        "resume": resume.ALWAYS, "secret": seed,
        "seeds": asked.seeds_of(table, seed)}))
    log = Path(work) / "pytest.log"
    forked.run_tests([*options, *_node_ids(lab, names)],
                     {"XO5_GRADE": str(settings)}, log, GRADE_SECONDS)
    assert results.exists(), log.read_text()[-2000:]
    return json.loads(results.read_text())


def missed(lab, wrong, work):
    """Those of its Caught-by tests that a wrong solution passes."""
    found = tried(lab, wrong, work)
    return tuple(n for n in wrong.caught_by if found[n]["passed"])


def tried(lab, wrong, work):
    """The verdicts of a wrong solution's Caught-by tests."""
    submission = patched(lab, wrong.path, Path(work) / "wrong")
    return verdicts(lab, submission, wrong.caught_by, work)


def summary(lab, fates):
    """One line on how many were caught; fates: "caught NAME" and others."""
    caught = sum(fate.startswith("caught ") for fate in fates)
    names = [fate.split()[1] for fate in fates if fate[:7] != "caught "]
    return (f"wrong solutions of lab {lab}: {caught} of {len(fates)} caught "
            f"by the test they name ({100 * caught // len(fates)} %)"
            + ("; missed: " + ", ".join(names) if names else ""))


def _environment():
    """This process's, without what an outer pytest left in it."""
    outer = ("PYTEST_", "MAKE", "MFLAGS")
    env = {k: v for k, v in os.environ.items() if not k.startswith(outer)}
    return dict(env, PYTHONDONTWRITEBYTECODE="1")


@dataclass(frozen=True)
class Graded:
    """What `make grade` said of a submission; no score: not graded."""
    status: int
    score: int | None
    possible: int | None
    said: str
    passed: frozenset
    seconds: float      # of the processor


def _processor():
    """Seconds of the processor that ended children of this process had."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def graded(lab, submission, work, *options):
    """Grades a submission as `make grade` does."""
    words = [sys.executable, "-m", "grade", "--lab", str(lab), "--submission",
             str(submission), "--work", str(work), "--seed", SEED, *options]
    before = _processor()
    done = subprocess.run(words, cwd=TOP, env=_environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=GRADE_SECONDS, check=False)
    last = _SCORE.match(done.stdout.splitlines()[-1])
    assert last, f"the last line is no score: {done.stdout[-500:]}"
    passed = re.findall(r"^    ok  .* (test_\w+)$", done.stdout, re.M)
    score, possible = (n and int(n) for n in last.groups())
    return Graded(done.returncode, score, possible, done.stdout,
                  frozenset(passed), _processor() - before)


def _try(lab, wrong):
    """Prints what happens to one wrong solution; returns its fate."""
    with tempfile.TemporaryDirectory(prefix="xo5-wrong-") as work:
        found = tried(lab, wrong, work)
    passed = [n for n in wrong.caught_by if found[n]["passed"]]
    fate = f"{'missed' if passed else 'caught'} {wrong.name}"
    print(f"{fate}: {wrong.subject}")
    for name in wrong.caught_by:
        print(f"  {name}\n    " + (found[name]["words"].replace(
            "\n", "\n    ") or "passes"), flush=True)
    return fate


def main(words):
    """Tries wrong solutions; 0 if each was caught."""
    lab, part = int(words[0]), words[1] if len(words) > 1 else ""
    fates = [_try(lab, wrong) for wrong in wrong_solutions(lab)
             if part in wrong.name]
    print(summary(lab, fates) if fates else f"no name holds {part}")
    return 0 if fates and all(f.startswith("caught") for f in fates) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
