"""A state of main for a release: its files, whose they are, and what is wrong
with that. Whatever is wrong is a line; labs/release.py prints or refuses.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass

from grade import tree
from grade.tree import TreeError, git, git_names, must

MODES = ("100644", "100755")


@dataclass
class Snap:
    """A state of main: its files, and whose they are."""
    name: str                           # for messages
    files: dict                         # path -> (mode, blob id)
    labs: dict                          # number -> tree.Lab
    keep: tuple                         # the instructors' globs
    tables: dict                        # number -> the table of its lab.toml

    def starters(self, lab):
        """{owned path: (mode, blob id) of its starter, or None}."""
        return {p: self.files.get(f"labs/lab{lab}/{p}")
                for p in self.labs[lab].owned}


def snap_of(top, commit, name=None):
    """The Snap of a commit or tree; TreeError if its lists are damaged."""
    files, labs, tables = {}, {}, {}
    for line in git_names(top, "ls-tree", "-r", "-z", commit):
        info, _, path = line.partition("\t")
        files[path] = (info.split()[0], info.split()[2])

    def read(path):
        return git(top, "cat-file", "blob", files[path][1]).stdout
    name = name or f"commit {commit[:12]}"
    if tree.INSTRUCTOR not in files:
        raise TreeError(f"{name} has no {tree.INSTRUCTOR}: is it main's?")
    for path in files:
        if re.fullmatch(r"labs/lab[^/]*/lab\.toml", path):
            lab = tree.parse_lab(read(path), path)
            labs[lab.number] = lab
            tables[lab.number] = tree.parse_toml(read(path), path)
    table = tree.parse_toml(read(tree.INSTRUCTOR), tree.INSTRUCTOR)
    keep = tree.parse_globs(table.get("files", {}).get("keep", []),
                            f"{tree.INSTRUCTOR}: keep")
    return Snap(name, files, dict(sorted(labs.items())), keep, tables)


def work_snap(top):
    """The Snap of the work tree, with what git would add, without adding."""
    if not tree.in_git(top):
        raise TreeError("this is not a git clone of main")
    index = top / must(git(top, "rev-parse", "--git-path", "index"), "git")
    with tempfile.TemporaryDirectory() as folder:
        if index.exists():
            shutil.copy(index, f"{folder}/index")
        env = tree.git_env(GIT_INDEX_FILE=f"{folder}/index")
        must(git(top, "add", "-A", env=env), "cannot read the work tree")
        name = must(git(top, "write-tree", env=env), "git")
    return snap_of(top, name, "the work tree")


def classify(snap):
    """Problems, a line each: paths that are not in exactly one list."""
    labs = snap.labs.items()
    for path, (mode, _) in snap.files.items():
        claims = [f"owned by lab {n}" for n, lab in labs
                  for p in lab.owned if p == path] or [
                  f"arrives with lab {n}" for n, lab in labs
                  if tree.matches(lab.arrive, path)]
        if tree.matches(snap.keep, path):
            claims.append(f"kept by {tree.INSTRUCTOR}")
        if not claims:
            yield (f"{path}: in no list; name it in a lab.toml (owned or "
                   f"arrive) or in {tree.INSTRUCTOR} (keep)")
        if len(claims) > 1:
            yield f"{path}: in {len(claims)} lists: {', '.join(claims)}"
        if path in (tree.RELEASED, *tree.PAPERS):
            yield f"{path}: may not be on main: a branch or a student adds it"
        if mode not in MODES or not re.fullmatch(r"[\w+./ -]+", path):
            yield f"{path}: is not a regular file with a plain name"


def ownership(snap):
    """Problems, a line each: owned files, their starters, and leaks."""
    solutions = {}
    for n, lab in snap.labs.items():
        for path, starter in snap.starters(n).items():
            reference = snap.files.get(path)
            if not reference:
                yield f"{path}: owned by lab {n}, but it is not there"
            if not starter:
                yield f"labs/lab{n}/{path}: missing: the starter of {path}"
            elif reference and starter[1] == reference[1]:
                yield f"labs/lab{n}/{path}: the starter is the reference"
            solutions[reference and reference[1]] = path
        for path in lab.arrive:
            if not set(path) & set("*?!") and path not in snap.files:
                yield f"{path}: arrives with lab {n}, but it is not there"
    for n in list(snap.labs)[-1:]:
        for path in tree.kit_of(snap.labs, n, snap.files):
            same = solutions.get(snap.files[path][1])
            if same:
                yield f"{path}: a kit file with the bytes of {same}"


def frozen(branches, snap):
    """Problems, a line each: owned files that changed since released."""
    for n, branch in branches.items():
        now = snap.starters(n) if n in snap.labs else {}
        for path in sorted(branch.own.keys() | now.keys()):
            if branch.own.get(path) != now.get(path):
                yield (f"{path}: its starter differs in {snap.name}, but lab "
                       f"{n} is released and its owned files are frozen; "
                       f"errata come as patches (labs/lab{n}/errata/)")


def points(snap):
    """Problems, a line each: tests whose points do not add up to 100, or are
    of no exercise."""
    for n, table in sorted(snap.tables.items()):
        where, total = f"labs/lab{n}/lab.toml", 0
        known = {one.get("id") for one in table.get("exercise", [])}
        for test in table.get("test", []):
            worth, name = test.get("points"), test.get("name")
            if type(worth) is not int or worth < 0:
                yield f"{where}: {name}: points must be a whole number"
                continue
            total += worth
            if test.get("exercise") not in known:
                yield f"{where}: {name}: of no exercise that is there"
        if total != 100:
            yield (f"{where}: the tests' points add up to {total}, "
                   "not to 100")
