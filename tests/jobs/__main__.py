"""Runs Debian's programs on xo5 and on Linux, and compares.

    python3 -m tests.jobs [--only NAME...] [--list] [--timed [RUNS]]
                          [--iso ISO] [--table FOLDER] [--keep FOLDER]

Each case of a job (tables/) must have the same output, byte for byte, and
the same status on both. A line a job, and last how many cases passed, failed
and were left out. Exit status 0: none failed; 1: some did; 2: they could not
be run.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from grade import qemu
from tests.jobs import machine, table, timing, tree
from tests.jobs.table import TOP, JobError

SHOWN = 6               # lines of a difference
RUNS = 5                # of each timed job


def compare(job, xo5, linux):
    """{case: what is wrong} of all that is not the same."""
    wrong = {}
    for name in linux.cases:
        if name not in xo5.cases:
            wrong[name] = [xo5.why if name == xo5.stopped else "not run"]
        elif xo5.cases[name] != linux.cases[name]:
            wrong[name] = difference(xo5.cases[name], linux.cases[name])
    for name in job.cases:
        if name not in linux.cases:
            wrong[name] = [linux.why or "not run on Linux"]
        elif b": not found\n" in linux.cases[name][1]:
            wrong.setdefault(name, ["a program is missing on Linux too"])
    return wrong


def difference(one, other):
    """The first lines in which two cases differ."""
    lines = []
    if one[0] != other[0]:
        lines.append(f"status {one[0]}, on Linux {other[0]}")
    ours, theirs = one[1].split(b"\n"), other[1].split(b"\n")
    for i in range(max(len(ours), len(theirs))):
        left = ours[i] if i < len(ours) else None
        right = theirs[i] if i < len(theirs) else None
        if left != right:
            lines += [f"line {i + 1}, on xo5:   {shown(left)}",
                      f"line {i + 1}, on Linux: {shown(right)}"]
        if len(lines) >= SHOWN:
            break
    return lines


def shown(line):
    if line is None:
        return "(none)"
    return ascii(line.decode("utf-8", "replace"))[1:-1][:160]


def wrong_sums(job, xo5):
    """Programs whose SHA-256 is not what it is here, seen from inside."""
    _, output = xo5.cases.get(tree.SUMS, (1, b""))
    found = dict(reversed(line.split("  ", 1))
                 for line in output.decode("utf-8", "replace").splitlines()
                 if "  " in line)
    wanted = {path: table.sha256(path) for path in job.programs}
    wanted[tree.BUSYBOX] = table.sha256(table.BUSYBOX)
    return [path for path, one in wanted.items() if found.get(path) != one]


def run_job(job, iso, keep):
    """Runs one and prints about it; returns how many cases failed."""
    with tempfile.TemporaryDirectory(prefix="xo5-job-") as scratch:
        folder = Path(keep or scratch) / job.name
        image = tree.make_image(job, folder)
        files = tree.read_image(image)
        same = tree.check_sums(files)
        (folder / "tree").mkdir()
        tree.unpack(files, folder / "tree")
        linux = machine.on_linux(job, folder / "tree")
        xo5, said = machine.on_xo5(job, iso, image)
    wrong = compare(job, xo5, linux)
    for path in wrong_sums(job, xo5):
        wrong[path] = ["its SHA-256 on xo5 is not its package's"]
    for name in table.missing(job):
        wrong[name] = [f"neither a case nor a skip of {job.name}"]
    print_job(job, xo5, wrong, same, said)
    return len(wrong)


def print_job(job, xo5, wrong, same, said):
    passed = len(job.cases) - len(set(wrong) & set(job.cases))
    print(f"{'differs' if wrong else 'ok':8}{job.name:12} {passed} of "
          f"{len(job.cases)} cases, {xo5.seconds:.1f} s, {same} files of "
          f"packages  {job.title}")
    for name, lines in wrong.items():
        for line in lines:
            print(f"    {name}: {line}")
    for why in dict.fromkeys(job.skips.values()):
        names = [name for name in job.skips if job.skips[name] == why]
        print(f"    skip ({why}): {' '.join(names)}")
    for line in said if wrong else ():
        print(f"    xo5 said: {line}")
    sys.stdout.flush()


def run_all(jobs, iso, keep):
    """Returns the exit status."""
    failed = cases = skipped = 0
    for job in jobs:
        failed += run_job(job, iso, keep)
        cases += len(job.cases)
        skipped += len(job.skips)
    print(f"{max(cases - failed, 0)} passed, {failed} failed, "
          f"{skipped} skipped")
    return 1 if failed else 0


def parser():
    words = argparse.ArgumentParser(prog="tests.jobs")
    words.add_argument("--only", nargs="+", default=[], metavar="NAME")
    words.add_argument("--list", action="store_true")
    words.add_argument("--iso", default=str(TOP / "build/xo5.iso"))
    words.add_argument("--table", type=Path, default=table.FOLDER)
    words.add_argument("--timed", nargs="?", type=int, const=RUNS,
                       metavar="RUNS", help="time some jobs instead")
    words.add_argument("--keep", help="a new folder for images and trees")
    return words


def main(words=None):
    options = parser().parse_args(words)
    qemu.end_tidily()
    try:
        jobs = table.read_all(options.only, options.table)
        if options.list:
            for job in jobs:
                print(f"{job.name:12} {len(job.cases)} cases, "
                      f"{len(job.skips)} skips  {job.title}")
            return 0
        if not Path(options.iso).exists():
            raise JobError(f"there is no {options.iso}: type make first")
        if options.timed:
            return timing.run(options.iso, options.timed)
        return run_all(jobs, options.iso, options.keep)
    except (JobError, qemu.QemuError, OSError) as error:
        print(f"xo5: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
