"""`make gdb TEST=name`: GDB on the machine that a graded test looks at.

python3 -m grade.debug --test NAME [--case N] [--lab N] [--submission DIR]
                       [--seed WORD] [-- MAKE-OPTIONS]

Stages and builds the submission as the grader does, with that test's cases
alone, or with the one that --case names, and stops at the first of them; or,
for a test of a whole boot, at the kernel's first function; or where the lab's
grade/labN/probes.py says. Labs 2 to 4 run the test, and stop at the call that
fails (grade/ops/opens.py).
"""

import importlib
import json
import sys
import tempfile
from pathlib import Path

from grade import __main__ as grader
from grade import asked, build, qemu, tree
from grade.gdb import session
from grade.plain import line, plain
from grade.secret import Secret


def find_lab(options):
    """(number, lab) of the test; CannotGrade if no lab here has it."""
    for number in asked.labs_to_grade(grader.TOP, options.lab):
        lab = asked.read_lab(grader.TOP, number)
        if any(t["name"] == options.test for t in lab["test"]):
            return number, asked.selected(lab, options.test)
    raise grader.CannotGrade(f"no test here is called {options.test}")


def session_words(iso, boot, probe, scratch, sources, commands):
    """The words for grade.gdb.session; `commands` are GDB's, which finds the
    sources that were built in `sources`."""
    words = ["gdb", str(iso)]
    for name in ("mem", "cpu", "machine", "firmware"):
        if name in boot:
            words += [f"--{name}", boot[name]]
    if probe:
        disk = Path(scratch) / "probe.tar"
        qemu.write_disk(disk, probe)
        words += ["--disk", str(disk)]
    for command in (f"directory {sources}", *commands):
        words += ["--more=-ex", f"--more={command}"]
    return words


def debug(options, work):
    """Builds, and opens GDB; its exit status."""
    grader.take_submission(options, work)
    grader.choose_sandbox(options)
    number, lab = find_lab(options)
    staged = Path(work) / f"lab{number}"
    for note in build.stage(grader.TOP, number, options.submission, staged):
        print(f"note: {line(note)}")
    folder = build.build(staged, lab["build"]["harness"],
                         options.make_options, options.boxed)
    print(f"  a machine of {options.test}; its sources are in {staged}",
          flush=True)
    return open_lab(number, lab, options, folder, staged)


def open_lab(number, lab, options, folder, staged):
    """Opens GDB on what was built in `folder`: GDB's exit status."""
    probes = importlib.import_module(f"grade.lab{number}.probes")
    if not hasattr(probes, "plan_of") and hasattr(probes, "FUNCTIONS"):
        return _open(probes, lab, options, folder, staged)
    name = lab["test"][0]["boot"]
    boot = next(b for b in lab["boot"] if b["name"] == name)
    probe, commands = _plan(probes, lab, options, folder)
    return session.main(session_words(folder / "xo5.iso", boot, probe, folder,
                                      staged, commands))


def _open(probes, lab, options, folder, staged):
    """GDB at a call of a test that grade/ops runs; FUNCTIONS says where to
    stop in its boots."""
    opens = importlib.import_module("grade.ops.opens")
    settings = folder / "grade.json"
    settings.write_text(json.dumps({
        "build": str(folder), "lab": lab,
        "results": str(folder / "verdicts.json"),
        "secret": options.seed,
        "seeds": asked.seeds_of(lab, options.seed)}))
    test = lab["test"][0]
    stops = probes.FUNCTIONS
    plan = opens.Plan(test, folder, staged,
                      stops.get(test["name"]) or stops[test["exercise"]])
    return opens.open_test(test, options.case, plan, settings)


def _plan(probes, lab, options, folder):
    """(the second disk's files, or None for a whole boot; GDB's commands).

    The lab's module `probes` knows them: plan_of(test, folder) gives both; or
    disk_of(test, seeds, case) the files."""
    test = lab["test"][0]
    if hasattr(probes, "plan_of"):
        return probes.plan_of(test, folder)
    more = [Secret(options.seed)] if lab["number"] == 1 else []
    probe = probes.disk_of(test, asked.seeds_of(lab, options.seed),
                           options.case, *more)
    stop = "run_case" if probe else "kernel_main"
    return probe, [f"tbreak {stop}", "continue"]


def main(words=None):
    parser = grader.parser()
    parser.add_argument("--case", type=int)
    options = parser.parse_args(words)
    try:
        with tempfile.TemporaryDirectory(prefix="xo5-gdb-") as work:
            return debug(options, work)
    except (grader.CannotGrade, tree.TreeError, qemu.QemuError,
            build.BuildError) as error:
        print(f"xo5: {plain(str(error))}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
