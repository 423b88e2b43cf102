"""Building a staged tree for grading."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from grade import tree

MAKE_SECONDS = 1800     # the backstop: a compiler without end
SHOWN_LINES = 14


class BuildError(Exception):
    """The submission does not build; str() is what to show."""


def stage(top, lab, submission, dest, carry=None):
    """Stages lab `lab`'s kit and the submission's files in `dest`, those of
    lab k from carry[k] if given. Returns notes for the student.
    tree.SubmissionError if files are missing."""
    with tempfile.TemporaryDirectory(prefix="xo5-kit-") as scratch:
        notes, kit = [], top
        if not tree.is_main(top):
            base = tree.baseline(top, Path(scratch) / "kit")
            notes, kit = _changes(base), base.dir
        shutil.rmtree(dest, ignore_errors=True)
        notes += tree.stage(kit, lab, submission, dest, carry)
    return notes


def _changes(base):
    """One line for each kit file that differs from the release."""
    if base.unchecked:
        return [f"kit files were not checked for changes: {base.unchecked}"]
    return [f"{path} ({how}): a kit file; the grader will not see this"
            for path, how in base.changed]


def build(staged, harness, options):
    """Makes the staged tree; returns its build folder. BuildError with the
    compiler's first words if it does not build."""
    words = ["make", "-s", "-j2", "-C", str(staged), f"HARNESS={harness}",
             "BUILD=build", "OPS=gcc", *options]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              timeout=MAKE_SECONDS, check=False,
                              errors="replace")
    except subprocess.TimeoutExpired:
        raise BuildError(f"building took more than {MAKE_SECONDS} s") \
            from None
    if done.returncode:
        raise BuildError(_first_errors(done.stdout))
    return Path(staged) / "build"


def _first_errors(output):
    lines = [line for line in output.splitlines()
             if not line.startswith(("  cc ", "  link "))]
    at = next((n for n, line in enumerate(lines)
               if "error" in line or line.startswith("xo5:")
               or "undefined reference" in line
               or "multiple definition" in line), 0)
    return "\n".join(lines[max(0, at - 1):at + SHOWN_LINES])
