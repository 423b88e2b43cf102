"""The table of forgeries: those of solutions/forged.toml, each graded with a
secret, and what it got beside what it may get.

    python3 -m tests.labs.forgeries [LAB [NAME]]
"""

import argparse
import shutil
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from grade import asked, build, tree
from tests.labs import ready_made, solutions

TOP = solutions.TOP
LIST = TOP / "solutions/forged.toml"
HAS_SANDBOX = (TOP / "grade/sandbox.py").exists()


@dataclass(frozen=True)
class Forgery:
    """One line of the list."""
    lab: int
    name: str
    about: str
    most: int
    over: str = "nothing"
    exercises: tuple = ()
    practice: int = 0
    made: str = ""
    sandbox: bool = False

    @property
    def tests(self):
        """{name: points} of the tests that are graded."""
        lab = asked.read_lab(TOP, self.lab)
        return {t["name"]: t["points"] for t in lab["test"]
                if not self.exercises or t["exercise"] in self.exercises}


def read():
    """(the secret, [Forgery]) of the list."""
    table = tomllib.loads(LIST.read_text())
    return table["seed"], [
        Forgery(**{key: tuple(value) if isinstance(value, list) else value
                   for key, value in one.items()})
        for one in table["forgery"]]


def named(lab, name):
    """The one of that lab and name."""
    return next(f for f in read()[1] if (f.lab, f.name) == (lab, name))


def laid(forgery, dest):
    """The forgery as a submission, in the folder `dest`."""
    solutions.copy_owned(forgery.lab, TOP, dest)
    here = TOP / f"solutions/lab{forgery.lab}/forged"
    parts = ["nothing"] if forgery.over == "nothing" else []
    parts += [] if forgery.made or forgery.name in parts else [forgery.name]
    for part in parts:
        shutil.copytree(here / part, dest, dirs_exist_ok=True)
    if forgery.made:
        getattr(ready_made, forgery.made)(dest)
    for file in [f for f in dest.rglob("*") if f.is_file()]:
        _finish(file)
    return dest


def _finish(file):
    """Puts this tree's place into a file, and makes links."""
    text = file.read_text()
    if "@TOP@" in text:
        file.write_text(text.replace("@TOP@", str(TOP)))
    if file.suffix == ".link":
        target = file.read_text().strip()
        file.unlink()
        file.with_suffix("").unlink(missing_ok=True)
        file.with_suffix("").symlink_to(target)


def score(forgery, seed):
    """(points, what is to be said of it) with a secret, or None for the cases
    that never change."""
    with tempfile.TemporaryDirectory(prefix="xo5-forged-") as scratch:
        submission = laid(forgery, Path(scratch) / "submission")
        try:
            found = solutions.verdicts(forgery.lab, submission, forgery.tests,
                                       scratch, seed)
        except (build.BuildError, tree.TreeError) as error:
            return 0, "not built: " + str(error).strip().splitlines()[0]
    return sum(points for name, points in forgery.tests.items()
               if found.get(name, {}).get("passed")), ""


def row(forgery, seed):
    """(its line of the table, whether it is as it should be)."""
    possible = sum(forgery.tests.values())
    name = f"lab{forgery.lab} {forgery.name}"
    if forgery.sandbox and not HAS_SANDBOX:
        return f"{name:<30}   0 {forgery.most:>3}    not tried: no sandbox", \
            True
    got, note = score(forgery, seed)
    good = got <= forgery.most
    mark = "" if good else "   TOO MUCH"
    return (f"{name:<30}   0 {forgery.most:>3} {got:>3}/{possible:<3} "
            f"{forgery.about}{mark}"
            + (f"\n{'':38}({note[:70]})" if note else "")), good


def main(words=None):
    """Prints the table; 0 if each got what it may get."""
    parser = argparse.ArgumentParser(prog="tests.labs.forgeries")
    parser.add_argument("lab", nargs="?", type=int)
    parser.add_argument("name", nargs="?", default="")
    options = parser.parse_args(words)
    seed, forgeries = read()
    print(f"{'submission':<28}least most got/of  (SEED={seed})", flush=True)
    good = True
    for forgery in forgeries:
        if options.lab in (None, forgery.lab) and \
                options.name in forgery.name:
            line, fine = row(forgery, seed)
            print(line, flush=True)
            good = good and fine
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
