"""`make grade`: grades one lab, or every lab there is.

python3 -m grade [--lab N] [--submission DIR] [--test NAME] [--seed WORD]
                 [--exercise N.M] [--secret FILE] [--carry best|own|reference]
                 [--json FILE] [--junit FILE] [--jobs N] [-- MAKE-OPTIONS]

Lab N is graded on top of the submission's own labs 1 to N - 1. Each of these
has a gate, tests that give no points there; what fails is said first. With
--carry best, the instructors' default, lab N is then graded a second time on
top of the reference's earlier labs, and the better score counts; with own
never, with reference at once. In a student's clone only `own` is possible.

--seed, --secret FILE or chance say what the cases are (grade/secret.py); who
grades this tree itself practises, and has the cases that never change.

GRADE_EXTRA=DIR in the environment adds hidden tests: DIR/labN.toml, with
[[test]] tables and perhaps other [seeds], and DIR/labN/*.py, which may use
what the lab's own tests use.

The last line is "Score: 73/100". The exit status is 0 only at full marks, 1
below that, and 2 if nothing could be graded.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from grade import build, qemu, report, secret, tree

TOP = Path(__file__).resolve().parent.parent
PYTEST_SECONDS = 3600      # a backstop: each machine has its own end


class CannotGrade(Exception):
    """One line that says why nothing could be graded."""


def parser():
    """The command line, which grade/debug.py has too."""
    words = argparse.ArgumentParser(prog="grade")
    words.add_argument("--lab", type=int)
    words.add_argument("--submission", default=str(TOP))
    words.add_argument("--test")
    words.add_argument("--exercise", help="only its tests, as 2.1")
    words.add_argument("--seed", help="the secret of the run: any word")
    words.add_argument("--secret", help="a file that the secret comes from")
    words.add_argument("--json")
    words.add_argument("--junit")
    words.add_argument("--carry", choices=("best", "own", "reference"))
    words.add_argument("--jobs", default="2")
    words.add_argument("--work", help="where to build, and leave it")
    words.add_argument("make_options", nargs="*")
    return words


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


def choose_secret(options):
    """Says in options.seed what the cases are; None where one's own tree is
    practised on."""
    if options.secret and options.seed is None:
        try:
            options.seed = secret.of_file(options.secret, handed_in(options))
        except OSError as error:
            raise CannotGrade(f"SECRET={options.secret}: {error.strerror}") \
                from None
    elif options.seed is None and Path(options.submission).resolve() != TOP:
        options.seed = secret.chosen()


def handed_in(options):
    """The files of a submission that are built."""
    folder = Path(options.submission)
    paths = {path for number in tree.labs_in(TOP)
             for path in tree.owned_paths(TOP, number)}
    return [folder / path for path in [*paths, *tree.mine_files(folder)[0]]
            if (folder / path).is_file()]


def workers_for(lab, jobs):
    """How many processes share a lab's boots; "0": none beside the first,
    if there is one boot to look at."""
    return str(jobs) if len({t["boot"] for t in lab["test"]}) > 1 else "0"


def run_pytest(staged, folder, lab, options):
    """Runs the lab's tests on what was built; returns {test: verdict}."""
    settings = {"build": str(folder), "lab": lab, "results":
                str(folder / "verdicts.json"), "secret": options.seed,
                "seeds": seeds_of(lab, options.seed)}
    path = folder / "grade.json"
    path.write_text(json.dumps(settings))
    words = [sys.executable, "-P", "-m", "pytest", "-p", "grade.plugin",
             "-q", "--no-header", "-p", "no:cacheprovider", "--tb=short",
             "-n", workers_for(lab, options.jobs), "--dist", "loadgroup",
             f"grade/lab{lab['number']}"]
    scratch = folder / "tmp"            # all of it goes when `work` does
    scratch.mkdir(exist_ok=True)
    env = dict(os.environ, XO5_GRADE=str(path), PYTHONPATH=str(staged),
               PYTHONDONTWRITEBYTECODE="1", TMPDIR=str(scratch))
    env.pop("PYTEST_ADDOPTS", None)
    try:
        done = subprocess.run(words, cwd=staged, env=env, check=False,
                              stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT,
                              timeout=PYTEST_SECONDS)
    except subprocess.TimeoutExpired:
        raise CannotGrade(f"grading took more than {PYTEST_SECONDS} s") \
            from None
    (folder / "pytest.log").write_text(done.stdout)
    results = folder / "verdicts.json"
    if not results.exists():
        raise CannotGrade("pytest failed:\n" + done.stdout[-3000:])
    return json.loads(results.read_text())


def all_failed(lab, words):
    return {t["name"]: {"passed": False, "words": words} for t in lab["test"]}


def test_lab(number, lab, options, staged, carry):
    """Stages, builds and tests `lab` (perhaps not all of its tests) in the
    folder `staged`, with earlier labs' files from carry; its verdicts."""
    for note in build.stage(TOP, number, options.submission, staged, carry):
        print(f"note: {note}")
    add_extra(staged, number)
    try:
        folder = build.build(staged, lab["build"]["harness"],
                             options.make_options)
    except build.BuildError as error:
        print(f"xo5: lab {number} of the submission does not build:\n{error}"
              "\n")
        return all_failed(lab, "the submission does not build")
    return run_pytest(staged, folder, lab, options)


def failed_gates(number, options, work):
    """[line] for each test of an earlier lab's gate that fails."""
    lines = []
    for earlier in sorted(tree.labs_in(TOP)):
        lab = read_lab(TOP, earlier)
        gate = lab.get("gate", {}).get("tests", [])
        if earlier >= number or not gate:
            continue
        lab["test"] = [t for t in lab["test"] if t["name"] in gate]
        verdicts = test_lab(earlier, lab, options,
                            Path(work) / f"gate{number}-{earlier}", {})
        lines += [f"lab {earlier}, on which lab {number} stands: {name} "
                  "fails" for name, verdict in verdicts.items()
                  if not verdict["passed"]]
    return lines


def reference(number):
    """Where stage() takes the labs before `number` from: the reference."""
    if not tree.is_main(TOP):
        raise CannotGrade("the reference's earlier labs are not here: only "
                          "--carry own is possible in a clone")
    return {earlier: TOP for earlier in tree.labs_in(TOP) if earlier < number}


def grade_lab(number, options, work):
    """Stages, builds and tests one lab; (lab, verdicts)."""
    lab = selected(read_lab(TOP, number), options.test, options.exercise)
    staged = Path(work) / f"lab{number}"
    carry = options.carry or ("best" if tree.is_main(TOP) else "own")
    if carry == "reference":
        return lab, test_lab(number, lab, options, staged, reference(number))
    verdicts = test_lab(number, lab, options, staged, {})
    if all(verdict["passed"] or f"exercise {number}." in verdict["words"]
           for verdict in verdicts.values()):
        return lab, verdicts    # what fails is this lab's own, unwritten
    gates = failed_gates(number, options, work)
    for line in gates:
        print(f"note: {line}")
    if gates and carry == "best":
        print(f"note: so lab {number} is graded on the reference's earlier "
              "labs too, and the better score counts")
        again = test_lab(number, lab, options, Path(work) / f"best{number}",
                         reference(number))
        if report.score(lab, again)[0] > report.score(lab, verdicts)[0]:
            verdicts = again
    return lab, verdicts


def hints(number, options):
    """What gives a failed test's two commands."""
    where = ""
    if Path(options.submission).resolve() != TOP:
        where = f" SUBMISSION={options.submission}"
    seed = f" SEED={options.seed}" if options.seed else ""

    def hint(test):
        tail = f"LAB={number} TEST={test}{seed}{where}"
        return [f"again: make grade {tail}", f"gdb:   make gdb {tail}"]
    return hint


def grade_all(options, work):
    """Grades and reports; the exit status."""
    graded, reached, possible = [], 0, 0
    numbers = labs_to_grade(TOP, options.lab, options.test, options.exercise)
    choose_secret(options)
    for number in numbers:
        lab, verdicts = grade_lab(number, options, work)
        print(report.table(lab, verdicts, hints(number, options)))
        got, most = report.score(lab, verdicts)
        reached, possible = reached + got, possible + most
        graded.append((lab, verdicts))
    report.write(graded, options.json, options.junit)
    if options.seed is not None:
        print(f"note: the cases were those of SEED={options.seed}")
    print(f"Score: {reached}/{possible}")
    return 0 if reached == possible else 1


def main(words=None):
    options = parser().parse_args(words)
    qemu.end_tidily()
    try:
        if not os.path.isdir(options.submission):
            raise CannotGrade(f"there is no folder {options.submission}")
        if options.work:
            return grade_all(options, options.work)
        with tempfile.TemporaryDirectory(prefix="xo5-grade-") as work:
            return grade_all(options, work)
    except (CannotGrade, tree.TreeError, qemu.QemuError) as error:
        print(f"xo5: {error}", file=sys.stderr)
        print(f"Score: 0/{_most(options)}")
        return 2
    except KeyboardInterrupt:
        return 130


def _most(options):
    """The points that could have been reached, as far as that is known."""
    try:
        labs = [selected(read_lab(TOP, n), options.test, options.exercise)
                for n in labs_to_grade(TOP, options.lab, options.test,
                                       options.exercise)]
    except (OSError, CannotGrade, tree.TreeError):
        return 0
    return sum(t["points"] for lab in labs for t in lab["test"])


if __name__ == "__main__":
    sys.exit(main())
