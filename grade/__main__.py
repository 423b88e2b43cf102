"""`make grade`: grades one lab, or every lab there is.

python3 -m grade [--lab N] [--submission DIR] [--test NAME] [--seed WORD]
                 [--exercise N.M] [--secret FILE] [--carry best|own|reference]
                 [--unsafe]
                 [--json FILE] [--junit FILE] [--jobs N] [-- MAKE-OPTIONS]

A submission is a folder, or a tar or zip, which says by its files which lab
it is of. Lab N is graded on top of the submission's own labs 1 to N - 1. Each
of these has a gate, tests that give no points there; what fails is said
first. With --carry best, the instructors' default, lab N is then graded a
second time on top of the reference's earlier labs, and the better score
counts; with own never, with reference at once. In a student's clone only
`own` is possible.

--seed, --secret FILE or chance say what the cases are (grade/secret.py); who
grades this tree itself practises, and has the cases that never change.

GRADE_EXTRA=DIR in the environment adds hidden tests: DIR/labN.toml, with
[[test]] tables and perhaps other [seeds], and DIR/labN/*.py, which may use
what the lab's own tests use.

A submission is built and booted in a sandbox (grade/sandbox.py). Where there
can be none, one's own tree is graded without, and others' only with --unsafe.

The last line is "Score: 73/100", or "Score: not graded" if the fault is not
the submission's: no sandbox, no memory, a wrong command line, an interruption.
The line on standard error before it says why. The exit status is 0 at full
marks, 1 below that, and 2 if it was not graded; the reports, which are removed
first, say the same.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from math import inf
from pathlib import Path

from grade import archive, asked, build, process, qemu, report, sandbox
from grade import resume, secret, starters, tree
from grade.plain import line, plain
from grade.verdict import CannotGrade

TOP = Path(__file__).resolve().parent.parent
# A backstop: each machine has its own end, and what it may use.
PYTEST = process.Limits(processor=inf, memory=inf, disk=inf,
                        output=64 << 20, wall=3600)


class Ended(BaseException):
    """A signal that ends the grader; the text says which."""


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
    words.add_argument("--unsafe", action="store_true",
                       help="grade others' work without a sandbox, if there "
                       "is none")
    words.add_argument("--jobs", default="2")
    words.add_argument("--work", help="where to build, and leave it")
    words.add_argument("make_options", nargs="*")
    return words


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
                str(folder / "verdicts.json"), "boxed": options.boxed,
                "secret": options.seed,
                "seeds": asked.seeds_of(lab, options.seed)}
    path = folder / "grade.json"
    path.write_text(json.dumps(settings))
    words = [sys.executable, "-P", "-m", "pytest", "-p", "grade.plugin",
             "-q", "--no-header", "-p", "no:cacheprovider", "--tb=short",
             "-n", workers_for(lab, options.jobs), "--dist", "loadgroup",
             "--max-worker-restart", "0",   # it would wait for ever
             f"grade/lab{lab['number']}"]
    # What the build made there is no state of a machine's.
    shutil.rmtree(folder / resume.STATES.name, ignore_errors=True)
    scratch = folder / "tmp"            # all of it goes when `work` does
    scratch.mkdir(exist_ok=True)
    env = dict(os.environ, XO5_GRADE=str(path), PYTHONPATH=str(staged),
               PYTHONDONTWRITEBYTECODE="1", TMPDIR=str(scratch))
    env.pop("PYTEST_ADDOPTS", None)
    done = process.run(words, PYTEST, cwd=staged, env=env)
    (folder / "pytest.log").write_bytes(done.output)
    if done.over:
        raise CannotGrade("the tests ran for more than an hour" if
                          done.over == "wall" else "the tests say too much")
    results = folder / "verdicts.json"
    verdicts = json.loads(results.read_text()) if results.exists() else {}
    for name, verdict in verdicts.items():
        if "not_graded" in verdict:
            raise CannotGrade(f"{name}: {verdict['not_graded']}")
    for test in lab["test"]:
        if test["name"] not in verdicts:
            raise CannotGrade(f"{test['name']}: it did not run; pytest: "
                              f"{_last_of(done.output)}")
    return verdicts


def _last_of(output):
    """The line of pytest's that says what went wrong."""
    lines = output.decode(errors="replace").strip().splitlines() or ["nothing"]
    return next((found for found in lines if found.startswith("E   ")),
                lines[-1])


def all_failed(lab, words, why):
    """The verdicts of tests of which none could be tried."""
    return {t["name"]: {"passed": False, "words": words, "untried": why}
            for t in lab["test"]}


def test_lab(number, lab, options, staged, carry):
    """Stages, builds and tests `lab` (perhaps not all of its tests) in the
    folder `staged`, with earlier labs' files from carry; its verdicts."""
    verdicts = {}
    try:
        for note in build.stage(TOP, number, options.submission, staged,
                                carry):
            print(f"note: {line(note)}")
        missing = starters.unwritten(TOP, lab, staged)
        lab, verdicts = starters.split(lab, missing)
        if not lab["test"]:
            return verdicts
        folder = build.build(staged, lab["build"]["harness"],
                             options.make_options, options.boxed)
    except tree.SubmissionError as error:
        words = f"xo5: lab {number}: {line(str(error))}"
        print(words + "\n")
        return all_failed(lab, "the submission is not whole", words)
    except build.BuildError as error:
        words = (f"xo5: lab {number} of the submission does not build:\n"
                 + plain(str(error)))
        print(words + "\n")
        return verdicts | all_failed(lab, "the submission does not build",
                                     words)
    asked.add_extra(staged, number)
    return verdicts | run_pytest(staged, folder, lab, options)


def failed_gates(number, options, work):
    """[line] for each test of an earlier lab's gate that fails."""
    lines = []
    for earlier in sorted(tree.labs_in(TOP)):
        lab = asked.read_lab(TOP, earlier)
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
    lab = asked.selected(asked.read_lab(TOP, number), options.test,
                         options.exercise)
    staged = Path(work) / f"lab{number}"
    carry = options.carry or ("best" if tree.is_main(TOP) else "own")
    if carry == "reference":
        return lab, test_lab(number, lab, options, staged, reference(number))
    verdicts = test_lab(number, lab, options, staged, {})
    if all(verdict["passed"] or f"exercise {number}." in verdict["words"]
           for verdict in verdicts.values()):
        return lab, verdicts    # what fails is this lab's own, unwritten
    gates = failed_gates(number, options, work)
    for note in gates:
        print(f"note: {note}")
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
    if is_others(options):
        where = f" SUBMISSION={line(str(options.given))}"
    seed = f" SEED={options.seed}" if options.seed else ""

    def hint(test, case=None):
        tail = f"LAB={number} TEST={test}{seed}{where}"
        one = f" CASE={case}" if case else ""
        return [f"again: make grade {tail}", f"gdb:   make gdb {tail}{one}"]
    return hint


def is_others(options):
    """Whether the submission is another tree than this one."""
    return Path(options.given).resolve() != TOP


def take_submission(options, work):
    """Sets options.given to what was given, .submission to the folder that it
    is, perhaps unpacked in `work`, and .lab if its files tell that."""
    options.given = options.submission
    if os.path.isdir(options.given):
        return
    if not os.path.isfile(options.given):
        raise CannotGrade(f"there is no folder {options.given}")
    try:
        options.submission = archive.unpack(options.given, Path(work) / "sent")
    except tree.SubmissionError as error:
        raise CannotGrade(str(error)) from None
    if options.lab is None and options.test is None:
        options.lab = archive.labs_of(options.submission, tree.labs_in(TOP))


def choose_sandbox(options):
    """Sets options.boxed. CannotGrade if there can be no sandbox for what is
    another's."""
    why = sandbox.missing()
    options.boxed = not why
    if why and is_others(options) and not options.unsafe:
        raise CannotGrade(f"there is no sandbox for another's submission "
                          f"({why}); UNSAFE=1 grades it without")
    if why:
        print(f"note: graded without a sandbox: {why}")


def grade_all(options, work):
    """Grades, and prints a table of each lab; [(lab, verdicts)]."""
    os.chmod(work, 0o711)       # for who is in the sandbox
    take_submission(options, work)
    choose_sandbox(options)
    graded = []
    numbers = asked.labs_to_grade(TOP, options.lab, options.test,
                                  options.exercise)
    choose_secret(options)
    for number in numbers:
        lab, verdicts = grade_lab(number, options, work)
        print(report.table(lab, verdicts, hints(number, options)))
        graded.append((lab, verdicts))
    if options.seed is not None:
        print(f"note: the cases were those of SEED={options.seed}")
    return graded


def grade_somewhere(options):
    """grade_all() in the folder that the options say, or in one that goes."""
    if options.work:
        Path(options.work).mkdir(parents=True, exist_ok=True)
        return grade_all(options, options.work)
    with tempfile.TemporaryDirectory(prefix="xo5-grade-") as work:
        return grade_all(options, work)


def end_at_signals():
    """Lets signals end the grader as an exception does; the first of them
    alone, so that it can say so and clean up."""
    ending = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

    def end(number, _):
        for each in ending:
            signal.signal(each, signal.SIG_IGN)
        raise Ended(f"the grader was ended by {signal.Signals(number).name}")
    for number in ending:
        signal.signal(number, end)


def main(words=None):
    options = parser().parse_args(words)
    if os.geteuid() == 0:
        os.umask(0o022)     # the sandbox is another user's, and reads there
    graded, why = [], ""
    try:
        end_at_signals()
        report.remove(options.json, options.junit)
        graded = grade_somewhere(options)
    except (CannotGrade, Ended, tree.TreeError, qemu.QemuError) as error:
        why = str(error)
    except Exception as error:
        sys.stderr.write(plain(traceback.format_exc()))
        why = f"the grader itself failed: {type(error).__name__}: {error}"
    return tell(options, graded, line(why))


def tell(options, graded, why):
    """Writes the reports and the last lines; the exit status."""
    try:
        report.write(graded, options.json, options.junit, why)
    except OSError as error:
        why = why or f"the reports cannot be written: {error}"
    if why:
        print(f"xo5: {why}", file=sys.stderr)
        print("Score: not graded", flush=True)
        return 2
    both = [report.score(lab, verdicts) for lab, verdicts in graded]
    reached, possible = map(sum, zip(*both))
    print(f"Score: {reached}/{possible}", flush=True)
    return 0 if reached == possible else 1


if __name__ == "__main__":
    sys.exit(main())
