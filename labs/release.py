"""Makes the students' branches out of main; for instructors.

    python3 labs/release.py branches --out DIR [--carry reference] [--upto N]
    python3 labs/release.py errata --lab N --out FILE
    python3 labs/release.py check

`branches` replays labs/releases.toml onto a new bare repository: the same
list gives the same commits, byte for byte, wherever and whenever it runs.
Nothing is written before everything has been checked.
Errors go to stderr as `xo5: ...` with exit code 1, or 2 for bad usage.
"""

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from grade import tree  # noqa: E402
from grade.student import Parser  # noqa: E402
from grade.tree import TreeError, git, must  # noqa: E402
from labs.snap import (MODES, Snap, classify, frozen, ownership,  # noqa: E402
                       points, snap_of, work_snap)

LIST = "labs/releases.toml"
QUIET = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def read_list(top, upto=None):
    """The entries of labs/releases.toml, of labs 1 to `upto` if given.

    TreeError: not TOML; a key missing, wrong or unknown.
    """
    table = tree.parse_toml((top / LIST).read_bytes(), LIST)
    entries = table.get("release", [])
    if table.keys() - {"release"} or not isinstance(entries, list):
        raise TreeError(f"{LIST}: may hold [[release]] tables only")
    for i, entry in enumerate(entries, 1):
        where = f"{LIST}: release {i}"
        odd = entry.keys() ^ {"commit", "lab", "author", "date", "message"}
        if odd:
            raise TreeError(f"{where}: missing or unknown: {min(odd)}")
        if type(entry["lab"]) is not int or not re.fullmatch(
                r"[^<>\n]+ <[^<>\n]+>", str(entry["author"])):
            raise TreeError(f"{where}: lab must be a number, and author "
                            "like A B <a@b.org>")
        try:
            date = datetime.fromisoformat(str(entry["date"]))
            seconds, zone = int(date.timestamp()), date.strftime("%z")
            entry |= {"date": date.isoformat(), "order": seconds,
                      "when": f"{seconds} {zone}", "where": where}
        except ValueError:
            zone = ""
        if len(zone) != 5:
            raise TreeError(f"{where}: date must be like 2026-01-31T12:00:00Z")
    return [e for e in entries if not upto or e["lab"] <= upto]


@dataclass
class Branch:
    """A branch labN as the replay has built it so far."""
    kit: dict                           # path -> (mode, blob id)
    starters: dict                      # of labs 1 to N
    own: dict                           # of lab N alone: frozen
    snap: Snap                          # of main, the newest in it
    release: int = 1
    tip: int = 0                        # its newest commit in Plan.commits


@dataclass
class Plan:
    """The commits to make, in order, and the branches that they make."""
    commits: list = field(default_factory=list)
    branches: dict = field(default_factory=dict)
    solved: dict | None = None          # lab -> its newest labN-solved

    def commit(self, ref, parents, files, entry, message):
        """Appends a commit; returns its mark."""
        self.commits.append((ref, parents, files, entry, message))
        return len(self.commits)

    def put(self, lab, branch, parents, entry, message):
        """Appends a commit that makes `branch` labN's newest state."""
        note = ("# Which release this is; written by it, read by graders.\n"
                f"lab = {lab}\nrelease = {branch.release}\n"
                f"date = \"{entry['date']}\"\n")
        files = branch.kit | branch.starters | {tree.RELEASED: (
            MODES[0], note)}
        branch.tip = self.commit(f"lab{lab}", parents, files, entry, message)
        self.branches[lab] = branch
        if self.solved is not None:
            self.solve(lab, branch, files, entry)

    def release(self, entry, snap):
        """Releases a lab, and merges it into every later one that is out.

        TreeError: main is damaged there; no such lab, or one skipped; an
        owned file changed, or in the way.
        """
        n, where = entry["lab"], entry["where"]
        old, below = self.branches.get(n), self.branches.get(n - 1)
        if n not in snap.labs or (n > 1 and not below):
            raise TreeError(f"{where}: {snap.name} has no lab {n}, or the "
                            "lab before it is not released")
        refuse(where, [*classify(snap), *ownership(snap),
                       *frozen(self.branches, snap)])
        kit = {p: snap.files[p]
               for p in tree.kit_of(snap.labs, n, snap.files)}
        new = Branch(kit, snap.starters(n), snap.starters(n), snap)
        if old:
            new.starters, new.release = old.starters, old.release + 1
        elif below:
            refuse(where, [f"{p}: lab {n} owns it, but it is in lab{n - 1}"
                           for p in new.own if p in below.kit])
            new.starters = below.starters | new.own
        kits = {m: set(b.kit) for m, b in self.branches.items()}
        self.put(n, new, [b.tip for b in (old or below,) if b], entry,
                 entry["message"])
        for m in range(n + 1, max(self.branches) + 1):
            self.merge(m, kits[m - 1], entry)

    def merge(self, m, before, entry):
        """Merges lab m-1, whose kit was `before`, into lab m.

        What arrived with lab m stays.  No student's file can change: frozen
        ones are owned in every commit released, so they are in no kit.
        """
        below, old = self.branches[m - 1], self.branches[m]
        kit = {p: f for p, f in old.kit.items() if p not in before}
        self.put(m, Branch(kit | below.kit, old.starters, old.own, below.snap,
                           old.release + 1), [old.tip, below.tip], entry,
                 f"Merge lab{m - 1} into lab{m}\n\n{entry['message']}")

    def solve(self, lab, branch, files, entry):
        """Appends to labN-solved: labN with main's own files in it. It grows
        with labN and with nothing else, so that a list that is longer, or of
        more labs, goes forward from what was published before."""
        files = files | {p: branch.snap.files[p] for p in branch.starters}
        before = [self.solved[lab]] if lab in self.solved else []
        self.solved[lab] = self.commit(
            f"lab{lab}-solved", [branch.tip, *before], files, entry,
            f"Lab {lab}: the published solution")


def refuse(where, problems):
    """TreeError with the first of the problems, if there are any."""
    if problems:
        more = f" (and {len(problems) - 1} more)" if problems[1:] else ""
        raise TreeError(f"{where}: {problems[0]}{more}")


def plan_of(top, entries, carry=None):
    """The Plan of a list of entries, whose commits must go forward; with
    carry, of the solutions' branches too.

    TreeError: a commit is unknown, or goes back; and as Plan.release.
    """
    plan, snaps, last = Plan(solved={} if carry else None), {}, None
    for entry in entries:
        name = must(git(top, "rev-parse", "--verify",
                        f"{entry['commit']}^{{commit}}"),
                    f"{entry['where']}: {entry['commit']} is no commit here")
        if last and (entry["order"] < last["order"] or git(
                top, "merge-base", "--is-ancestor", last["commit"],
                name).returncode):
            raise TreeError(f"{entry['where']}: its commit or its date lies "
                            "before that of the release above it")
        snaps[name] = snaps.get(name) or snap_of(top, name)
        plan.release(entry, snaps[name])
        last = entry | {"commit": name}
    return plan


def stream(plan):
    """What git fast-import is to read; blobs are main's, by their ids."""
    for mark, (ref, parents, files, entry, text) in enumerate(
            plan.commits, 1):
        text, who = text.strip(), f"{entry['author']} {entry['when']}"
        yield (f"commit refs/heads/{ref}\nmark :{mark}\nauthor {who}\n"
               f"committer {who}\ndata {len(text.encode()) + 1}\n{text}\n")
        for word, parent in zip(("from", "merge"), parents):
            yield f"{word} :{parent}\n"
        yield "deleteall\n"
        for path, (mode, blob) in files.items():
            if path == tree.RELEASED:
                yield f"M {mode} inline {path}\ndata {len(blob)}\n{blob}"
            else:
                yield f"M {mode} {blob} {path}\n"
    yield "done\n"


def write(top, plan, out):
    """Makes the repository `out`; leaves nothing of it if that fails."""
    objects = must(git(top, "rev-parse", "--git-path", "objects"), "git")
    env = tree.git_env(**QUIET, GIT_ALTERNATE_OBJECT_DIRECTORIES=str(
        (top / objects).resolve()))
    out.mkdir(parents=True, exist_ok=True)
    try:
        for data, *args in (
                ("", "init", "-q", "--bare", "--template=", "-b", "lab1"),
                ("".join(stream(plan)), "fast-import", "--quiet", "--done"),
                ("", "repack", "-a", "-d", "-q")):
            must(git(out, *args, data=data.encode(), env=env), f"{out}")
    except TreeError:
        shutil.rmtree(out)
        raise


def branches(top, out, carry, upto):
    """Replays the list into `out`, and says what is there now."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TreeError(f"{out}: is there already, and not empty")
    entries = read_list(top, upto)
    if not entries:
        raise TreeError(f"{LIST}: lists no such release")
    plan = plan_of(top, entries, carry)
    write(top, plan, out)
    print(must(git(out, "for-each-ref", "--format=%(refname:short) "
                   "%(objectname:short=12) %(subject)"), f"{out}"))
    if carry:
        print(f"note: {out} holds solutions; it is not for students whole")


def errata(top, lab, out):
    """Writes a lab's errata to `out`, for git apply, or says there are none.

    TreeError: the lab is not released; a patch that does not apply to the
    released starters, or that brings another file.
    """
    plan, text, count = plan_of(top, read_list(top, lab)), "", 0
    refuse(f"lab {lab}", ["is not released; mend its starters instead"] * (
        lab not in plan.branches))
    with tempfile.TemporaryDirectory() as folder:
        for path, (_, blob) in plan.branches[lab].own.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(git(top, "cat-file", "blob", blob).stdout)
        own, alone = tree.tracked(folder), tree.git_env(
            GIT_CEILING_DIRECTORIES=str(Path(folder).parent))
        for patch in sorted((top / f"labs/lab{lab}/errata").glob("*.patch")):
            name, data = patch.relative_to(top), patch.read_bytes()
            must(git(folder, "apply", "-", data=data, env=alone),
                 f"{name}: does not apply to the released starters")
            refuse(name, [f"brings {p}" for p in tree.tracked(folder)
                          if p not in own])
            text, count = f"{text}=== {name}\n{data.decode()}\n", count + 1
    if not count:
        return print(f"lab {lab} has no errata")
    out.write_text(f"Errata of lab {lab}; apply with: git apply {out.name}\n"
                   f"What each mends is said above it.\n\n{text}")
    print(f"{out}: {count} errata of lab {lab}")


def check(top):
    """Checks main as it lies here; prints every problem; the exit code."""
    snap = work_snap(top)
    entries = [e for e in read_list(top) if e["commit"] != "HEAD"]
    wrong = dict.fromkeys([*classify(snap), *ownership(snap), *points(snap),
                           *frozen(plan_of(top, entries).branches, snap)])
    for line in wrong:
        print(f"xo5: {line}", file=sys.stderr)
    if not wrong:
        print(f"{len(snap.files)} files, each in one list; labs: "
              f"{', '.join(map(str, snap.labs)) or 'none'}")
    return 1 if wrong else 0


def main(argv=None, top=TOP):
    """Runs one command on the main at `top`; returns the exit code."""
    commands = (parser := Parser()).add_subparsers(dest="do", required=True)
    one = commands.add_parser("branches")
    one.add_argument("--out", type=Path, required=True)
    one.add_argument("--carry", choices=["reference"])
    one.add_argument("--upto", type=int)
    one = commands.add_parser("errata")
    one.add_argument("--lab", type=int, required=True)
    one.add_argument("--out", type=Path, required=True)
    commands.add_parser("check")
    args = parser.parse_args(argv)
    try:
        match args.do:
            case "branches": branches(top, args.out, args.carry, args.upto)
            case "errata": errata(top, args.lab, args.out)
            case "check": return check(top)
    except (TreeError, OSError) as error:
        print(f"xo5: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
