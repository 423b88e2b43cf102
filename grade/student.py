"""What `make next`, `adopt`, `handin` and `status` do in a student's clone.

    python3 -m grade.student next [--remote NAME]
    python3 -m grade.student adopt LAB=n [--from REMOTE, ADDRESS or FOLDER]
    python3 -m grade.student handin
    python3 -m grade.student status

Each first makes sure that nothing can be lost: work is committed before
anything else is touched, and a merge that fails is taken back whole.
Errors go to stderr as `xo5: ...` with exit code 1, or 2 for bad usage.
"""

import argparse
import gzip
import io
import os
import re
import sys
import tarfile
from datetime import date
from pathlib import Path

from grade import tree
from grade.tree import git, git_names, last_line, must

MERGE = [word for setting in (
    "merge.renames=false", "merge.ff=true", "merge.autoStash=false",
    "merge.verifySignatures=false", "commit.gpgSign=false",
    "rerere.enabled=false") for word in ("-c", setting)]
COMMIT = ("-c", "commit.gpgSign=false", "commit", "-q", "--no-verify", "-m")
HALFWAY = {"MERGE_HEAD": "merge", "rebase-merge": "rebase",
           "rebase-apply": "rebase", "CHERRY_PICK_HEAD": "cherry-pick",
           "REVERT_HEAD": "revert"}
WHO = """git does not know who you are, so it cannot commit. Tell it once:
    git config --global user.name "Your Name"
    git config --global user.email you@example.org"""


class Stop(tree.TreeError):
    """The command cannot go on; the text says why and what to do."""


def current(top):
    """The released table of this tree: {lab, release, date}.

    Stop: this is main, or labs/released is gone.
    """
    if tree.is_main(top):
        raise Stop("this is the instructors' tree; the command is for a "
                   "student's clone of the released branches")
    table = tree.released(top)
    if table is None:
        raise Stop(f"{tree.RELEASED} is missing, so nobody knows which lab "
                   f"this is; try: git checkout HEAD -- {tree.RELEASED}")
    return table


def ready(top):
    """The name of the branch; Stop if work cannot be committed on one."""
    if not tree.in_git(top):
        raise Stop("this is not a git clone; get one with git clone, and "
                   "copy your files and mine/ into it")
    for name, what in HALFWAY.items():
        path = git(top, "rev-parse", "--git-path", name).stdout.decode()
        if (top / path.strip()).exists():
            raise Stop(f"a {what} is unfinished; finish it with "
                       f"git {what} --continue, or take it back with "
                       f"git {what} --abort")
    branch = git(top, "symbolic-ref", "-q", "--short", "HEAD")
    if branch.returncode:
        raise Stop("you are on no branch (detached HEAD), where commits get "
                   "lost; make one here with: git switch -c work")
    for field in ("name", "email"):
        if git(top, "config", f"user.{field}").returncode and not all(
                os.environ.get(f"GIT_{who}_{field.upper()}")
                for who in ("AUTHOR", "COMMITTER")):
            raise Stop(WHO)
    return branch.stdout.decode().strip()


def dirty(top):
    """{path: two-letter state} of what differs from HEAD or is unknown."""
    entries = git_names(top, "status", "--porcelain=v1", "-z", "-uall",
                        "--no-renames")
    return {e[3:]: e[:2] for e in entries if not tree.is_litter(e[3:])
            and not re.match(r"handin-lab\d+\.tar\.gz", e[3:])}


def commit_work(top, lab):
    """Commits the student's changes; says what it did and left out."""
    paths = [*tree.owned_paths(top, lab), "mine", *tree.PAPERS]
    kept = git_names(top, "ls-files", "-z", "--", *paths)
    for path in paths:
        if os.path.lexists(top / path) or any(
                (k + "/").startswith(path + "/") for k in kept):
            force = [] if path == "mine" else ["-f"]
            must(git(top, "add", "-A", *force, "--", path), "cannot add")
    names = git_names(top, "diff", "--cached", "--name-only", "--no-renames",
                      "-z", "HEAD", "--", *paths)
    if names:
        must(git(top, *COMMIT, f"Lab {lab}: work of {date.today()}", "--",
                 *names), "cannot commit your work")
        made = must(git(top, "rev-parse", "HEAD"), "git")[:10]
        print(f"committed your work as {made}: {', '.join(names)}")
    for path in names:
        if not os.path.lexists(top / path):
            print(f"note: {path} was deleted; to have it back: "
                  f"git checkout {made}~ -- {path}")
    rest = dirty(top)
    if rest:
        print("left out, for it is neither your file nor in mine/: "
              + ", ".join(sorted(rest)))


def offered(top, remote, lab):
    """The next lab's branch on the remote, or else this one's, fetched.

    Stop: no such remote; it cannot be reached; it has neither.
    """
    if git(top, "remote", "get-url", remote).returncode:
        raise Stop(f"this clone has no remote called {remote}; add the "
                   f"course's repository with: git remote add {remote} "
                   "ADDRESS")
    done = git(top, "ls-remote", remote, f"lab{lab}", f"lab{lab + 1}")
    if done.returncode:
        raise Stop(f"cannot reach {remote} ({last_line(done)}); your work is "
                   "safe here, try again when you are online")
    for branch in (f"lab{lab + 1}", f"lab{lab}"):
        if f"refs/heads/{branch}" in done.stdout.decode().split():
            kept = f"refs/remotes/{remote}/{branch}"
            must(git(top, "fetch", "-q", "--no-tags", remote,
                     f"+refs/heads/{branch}:{kept}"),
                 f"cannot fetch from {remote}")
            return kept
    raise Stop(f"{remote} has neither lab{lab} nor lab{lab + 1}; is it the "
               "course's repository?")


def merge(top, target, lab):
    """Merges `target` into HEAD; returns whether that brought anything.

    Stop, with the tree as it was before: it cannot be merged; the text says
    why and how to go on.
    """
    if not git(top, "merge-base", "--is-ancestor", target, "HEAD").returncode:
        return False
    blocked = in_the_way(top, target)
    if blocked:
        raise Stop(blocked)
    done = git(top, *MERGE, "merge", "-q", "--no-edit", "--no-verify", target)
    if not done.returncode:
        return True
    files = git_names(top, "diff", "--name-only", "--diff-filter=U", "-z")
    if not git(top, "rev-parse", "-q", "--verify", "MERGE_HEAD").returncode:
        must(git(top, "merge", "--abort"), "cannot take the merge back; "
             "run git merge --abort")
    if b"unrelated histories" in done.stderr:
        raise Stop(f"{target} is not a later release of the kit in this "
                   "clone; is it the right repository?")
    if not files:
        raise Stop(f"git would not merge {target}: {last_line(done)}")
    raise Stop(conflict(top, files, lab))


def in_the_way(top, target):
    """What to say if uncommitted changes would stop the merge, or ""."""
    coming = set(git_names(top, "diff", "--name-only", "--no-renames", "-z",
                           f"HEAD...{target}"))
    rest = {p: s for p, s in dirty(top).items()
            if p in coming or s[0] not in " ?"}
    inside = set(git_names(top, "ls-tree", "-r", "-z", "--name-only", "HEAD"))
    known = " ".join(sorted(p for p in rest if p in inside))
    new = " ".join(sorted(p for p in rest if p not in inside))
    if not rest:
        return ""
    text = ("not merged: you changed files of the kit, and they are in the "
            f"way: {' '.join(sorted(rest))}\n")
    if known:
        text += ("Keep your change as a patch, and put the kit's version "
                 f"back:\n    git diff HEAD -- {known} > mine/kit.patch\n"
                 f"    git checkout HEAD -- {known}\n")
    if new:
        text += ("The kit brings or owns these places; move your files to "
                 f"mine/ and unstage:\n    mv {new} mine/\n"
                 f"    git reset -q -- {new}\n")
    return text + "Then run make next again."


def conflict(top, files, lab):
    """What to say about the files that a merge could not put together."""
    owned = set(tree.owned_paths(top, lab))
    base = tree.baseline(top)
    rest = [f for f in files if f not in owned]
    kit = " ".join(f for f in rest if (base.dir / f).is_file())
    new = " ".join(f for f in rest if not (base.dir / f).is_file())
    text = ("not merged, and everything is as it was: the new kit and your "
            f"commits both changed {' '.join(files)}\n")
    if kit:
        text += ("A change to a kit file causes this. Put the kit's version "
                 "back (your change stays in the history):\n"
                 f"    git checkout {base.commit[:12]} -- {kit}\n"
                 f"    git commit -m \"Put the kit's files back\" -- {kit}\n")
    if new:
        text += ("The kit brings files where you made your own. Move yours "
                 f"to mine/:\n    git mv {new} mine/\n"
                 "    git commit -m \"Move my files to mine\"\n")
    if owned & set(files):
        return text + ("A file of yours is among them, which no release "
                       "should change: please tell the course's staff.")
    return text + "Then run make next again."


def next_lab(top, remote):
    """Commits, fetches and merges the next lab, or this lab's fixes."""
    lab = current(top)["lab"]
    branch = ready(top)
    commit_work(top, lab)
    target = offered(top, remote, lab)
    old = must(git(top, "rev-parse", "HEAD"), "git")
    came = merge(top, target, lab)
    now = current(top)
    if came:
        print(f"merged: branch {branch} now holds lab {now['lab']}, release "
              f"{now.get('release')}; before it was {old[:10]}")
    if now["lab"] > lab:
        print(f"begin with handouts/lab{now['lab']}.md")
    elif came:
        print(f"these are fixes of lab {lab}; lab {lab + 1} is not out yet")
    else:
        raise Stop(f"lab {lab + 1} has not been released on {remote} yet, "
                   f"and there is nothing new for lab {lab}")


def solved(top, source, lab, paths):
    """({path: bytes}, name): the published solution, and what it came from.

    Stop: no branch lab`lab`-solved and no folder there; a file is missing.
    """
    branch = f"refs/heads/lab{lab}-solved"
    done = git(top, "ls-remote", source, branch)
    if done.returncode or not done.stdout:
        if Path(source).is_dir():
            return {p: tree.checked(source, p).read_bytes()
                    for p in paths}, source
        must(done, f"cannot read {source}")
        raise Stop(f"{source} has no branch lab{lab}-solved; the course has "
                   "not published that solution there")
    must(git(top, "fetch", "-q", "--no-tags", source, branch),
         f"cannot fetch from {source}")
    commit = must(git(top, "rev-parse", "FETCH_HEAD"), "git")
    found = {p: git(top, "cat-file", "blob", f"{commit}:{p}") for p in paths}
    for path, blob in found.items():
        must(blob, f"{path}: missing in lab{lab}-solved of {source}")
    return ({p: blob.stdout for p, blob in found.items()},
            f"lab{lab}-solved of {source}")


def adopt(top, lab, source):
    """Replaces lab `lab`'s owned files by the published solution's."""
    now = current(top)["lab"]
    if not 1 <= lab <= now:
        raise Stop(f"lab {lab} is not in this clone (it has labs 1 to {now})")
    ready(top)
    paths = tree.labs_in(top)[lab].owned
    found, name = solved(top, source, lab, paths)
    commit_work(top, now)
    old = must(git(top, "rev-parse", "HEAD"), "git")[:10]
    for path, data in found.items():
        (top / path).unlink(missing_ok=True)
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    must(git(top, "add", "-f", "--", *paths), "cannot add the files")
    if not git_names(top, "diff", "--cached", "--name-only", "-z", "HEAD",
                     "--", *paths):
        return print(f"lab {lab}: your files are {name}'s already")
    must(git(top, *COMMIT, f"Lab {lab}: adopt the published solution", "--",
             *paths), "cannot commit")
    print(f"lab {lab}: adopted {', '.join(paths)} from {name}\n"
          f"your versions are in commit {old}; to have one back:\n"
          f"    git checkout {old} -- {paths[0]}")


def pack(top, paths):
    """A tar.gz of the paths: the same bytes for the same content."""
    raw, out = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in paths:
            data, item = (top / path).read_bytes(), tarfile.TarInfo(path)
            item.size = len(data)
            item.mode = 0o755 if tree.is_executable(top / path) else 0o644
            tar.addfile(item, io.BytesIO(data))
    with gzip.GzipFile("", "wb", 9, out, mtime=0) as file:
        file.write(raw.getvalue())
    return out.getvalue()


def handin(top):
    """Writes handin-labN.tar.gz and lists what is in it."""
    lab = current(top)["lab"]
    mine, notes = tree.mine_files(top)
    papers = [p for p in tree.PAPERS if os.path.lexists(top / p)]
    paths = sorted([*tree.owned_paths(top, lab), *mine, *papers])
    for path in paths:
        tree.checked(top, path)
    name = f"handin-lab{lab}.tar.gz"
    part = top / (name + ".part")
    part.write_bytes(pack(top, paths))
    os.replace(part, top / name)
    print(f"{name} holds {len(paths)} files:", *paths, sep="\n    ")
    notes += [f"there is no {p} yet" for p in tree.PAPERS if p not in papers]
    for note in notes:
        print(f"note: {note}")
    say_kit(top)


def say_kit(top):
    """Says which kit files differ from the release; returns their count."""
    base = tree.baseline(top)
    if base.unchecked:
        print(f"note: the kit files were not checked: {base.unchecked}")
    for path, how in base.changed:
        print(f"note: kit file {path} ({how}): the grader will not see it")
    return len(base.changed)


def status(top):
    """Says which lab and release this is, and what differs from the kit."""
    table = current(top)
    lab = table["lab"]
    title = tree.labs_in(top)[lab].title
    print(f"lab {lab}: {title}; release {table.get('release')} of "
          f"{table.get('date')}")
    for path in tree.owned_paths(top, lab):
        if not os.path.lexists(top / path):
            print(f"note: {path} is missing")
    if not say_kit(top) and tree.in_git(top):
        print("the kit's files are as released")


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line."""

    def error(self, message):
        self.exit(2, f"xo5: {message}; see --help\n")


def number(text):
    """The lab that `2` or `LAB=2` names."""
    return int(text.removeprefix("LAB="))


def arguments(argv):
    """The parsed command line; exits with 2 if it is wrong."""
    parser = Parser(prog="grade.student")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("next").add_argument("--remote", default="origin")
    adopting = commands.add_parser("adopt")
    adopting.add_argument("word", nargs="?", type=number, metavar="LAB=n")
    adopting.add_argument("--lab", type=number)
    adopting.add_argument("--from", dest="source", default="origin")
    commands.add_parser("handin")
    commands.add_parser("status")
    args = parser.parse_args(argv)
    if args.command == "adopt":
        args.lab = args.word if args.lab is None else args.lab
        if args.lab is None:
            parser.error("adopt needs the lab: LAB=n")
    return args


def main(argv=None, top=None):
    """Runs one command in `top`; returns the exit code."""
    args = arguments(argv)
    top = Path(top or Path(__file__).resolve().parents[1])
    try:
        match args.command:
            case "next": next_lab(top, args.remote)
            case "adopt": adopt(top, args.lab, args.source)
            case "handin": handin(top)
            case "status": status(top)
    except (tree.TreeError, OSError) as error:
        sys.stdout.flush()
        print(f"xo5: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
