"""Which file is whose, and how a tree is laid out to be graded.

A lab's `labs/labN/lab.toml` says under [files] which paths students own
(`owned`) and which kit files arrive with it (`arrive`, globs).  The graders,
the students' commands and the release all use this file.
"""

import io
import os
import re
import stat
import subprocess
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

INSTRUCTOR = "labs/instructor.toml"     # only main has it
RELEASED = "labs/released"              # only released branches have it
PAPERS = ("answers.md", "design.md")    # students', handed in, never built
LIMIT = 1 << 20                         # bytes in one file of a submission
SOURCES = (".c", ".h", ".S", ".s", ".ld", ".py", ".mk", ".toml")

_REPOSITORY = {"GIT_" + name for name in (
    "DIR WORK_TREE INDEX_FILE PREFIX OBJECT_DIRECTORY COMMON_DIR NAMESPACE "
    "ALTERNATE_OBJECT_DIRECTORIES SHALLOW_FILE DEFAULT_HASH").split()}
_NAME = re.compile(r"[A-Za-z0-9_+.-]+\Z")
_exports = []                           # removed when Python ends


class TreeError(Exception):
    """Something is wrong with a tree; the text is one plain line."""


class SubmissionError(TreeError):
    """A submission cannot be laid out; the text begins with the path."""


@dataclass(frozen=True)
class Lab:
    """One lab: its number, its title, and whose its files are."""
    number: int
    title: str
    owned: tuple
    arrive: tuple


class Baseline(NamedTuple):
    """The pristine kit of a tree; see baseline()."""
    dir: Path
    changed: list       # of (path, "changed" | "deleted" | "mode" | "added")
    unchecked: str      # why the kit could not be checked; "" if it was
    commit: str         # the release's commit; "" if unknown


def git_env(**more):
    """The environment for git: this process's, without any repository."""
    return {k: v for k, v in os.environ.items()
            if k not in _REPOSITORY} | {"LC_ALL": "C"} | more


def git(top, *args, data=None, env=None):
    """The finished git process, bytes in and out; 127 if there is no git."""
    command = ["git", "-C", str(top), *args]
    try:
        return subprocess.run(command, capture_output=True, input=data or b"",
                              env=env or git_env())
    except FileNotFoundError:
        return subprocess.CompletedProcess(
            command, 127, b"", b"git is not installed")


def git_names(top, *args):
    """The NUL-separated names that a git command prints."""
    return [os.fsdecode(n) for n in git(top, *args).stdout.split(b"\0") if n]


def last_line(done):
    """The last thing a git command said, for a message."""
    said = (done.stderr or done.stdout).decode(errors="replace").split("\n")
    said = [line.strip() for line in said if line.strip()]
    return said[-1] if said else f"git failed ({done.returncode})"


def must(done, what):
    """What a git command printed; TreeError, saying `what`, if it failed."""
    if done.returncode:
        raise TreeError(f"{what}: {last_line(done)}")
    return done.stdout.decode(errors="replace").strip()


def in_git(top):
    """Whether `top` is itself the top of a git work tree."""
    done = git(top, "rev-parse", "--show-toplevel")
    said = os.fsdecode(done.stdout).rstrip("\n")
    return not done.returncode and bool(said) and os.path.realpath(
        said) == os.path.realpath(top)


def is_main(top):
    """Whether `top` is the instructors' tree, not a released branch."""
    return (Path(top) / INSTRUCTOR).is_file()


def is_litter(path):
    """Whether `path` is something that building or running leaves."""
    parts = path.split("/")
    return parts[0] == "build" or "__pycache__" in parts or ".git" in parts


def tracked(top):
    """The files of a tree, sorted: what git tracks or would not ignore.

    Without git, every file.  build/, .git and __pycache__ are left out.
    """
    top = Path(top)
    if in_git(top):
        names = git_names(top, "ls-files", "-zco", "--exclude-standard")
    else:
        names = [p.relative_to(top).as_posix() for p in top.rglob("*")]
    return sorted({n for n in names if not is_litter(n) and (
        (top / n).is_file() or (top / n).is_symlink())})


@lru_cache(maxsize=None)
def _regex(glob):
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", glob)
    return re.compile("".join(wild.get(p) or re.escape(p) for p in pieces)
                      + r"\Z", re.S)


def matches(globs, path):
    """Whether a glob matches `path` and no glob with a leading ! does.

    `*` and `?` stay within one folder; `**` spans any number of them.
    """
    if any(_regex(g[1:]).match(path) for g in globs if g[0] == "!"):
        return False
    return any(_regex(g).match(path) for g in globs if g[0] != "!")


def parse_globs(value, where):
    """A list of paths or globs as a tuple; TreeError if it is none."""
    for path in value if isinstance(value, list) else [None]:
        if not isinstance(path, str) or not path.strip("!/") or (
                path.startswith(("/", "!/")) or ".." in path.split("/")):
            raise TreeError(f"{where}: {path!r} is no path in the tree")
    return tuple(value)


def parse_toml(data, where):
    """The table in `data` (bytes); TreeError naming `where` if damaged."""
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TreeError(f"{where}: {error}") from None


def parse_lab(data, where):
    """The Lab that the bytes of `where` (labs/labN/lab.toml) describe.

    TreeError: not TOML; no number, title or [files]; a list that is not one;
    a number that is not its folder's; a path that leads out of the tree.
    The lab.toml itself always arrives with its lab.
    """
    table = parse_toml(data, where)
    number, title, files = map(table.get, ("number", "title", "files"))
    if type(number) is not int or not isinstance(title, str) or not isinstance(
            files, dict):
        raise TreeError(f"{where}: number, title and [files] are needed")
    if where != f"labs/lab{number}/lab.toml":
        raise TreeError(f"{where}: says it is lab {number}")
    owned = parse_globs(files.get("owned", []), f"{where}: owned")
    arrive = parse_globs(files.get("arrive", []), f"{where}: arrive")
    return Lab(number, title, owned, (*arrive, where))


def labs_in(top):
    """{number: Lab} of a tree's labs, in order; TreeError as parse_lab."""
    found = {}
    for file in Path(top).glob("labs/lab*/lab.toml"):
        lab = parse_lab(file.read_bytes(), file.relative_to(top).as_posix())
        found[lab.number] = lab
    return dict(sorted(found.items()))


def _upto(labs, lab):
    if lab not in labs:
        known = ", ".join(map(str, labs)) or "none"
        raise TreeError(f"there is no lab {lab} here (labs: {known})")
    return [labs[n] for n in labs if n <= lab]


def owned_paths(top, lab):
    """The student-owned paths of labs 1 to `lab`; TreeError if none such."""
    return [p for one in _upto(labs_in(top), lab) for p in one.owned]


def kit_of(labs, lab, paths):
    """Those of `paths` that are kit files in branch lab`lab`."""
    theirs = {p for one in labs.values() for p in one.owned} | {RELEASED}
    here = _upto(labs, lab)
    return [p for p in paths
            if p not in theirs and any(matches(one.arrive, p) for one in here)]


def kit_paths(top, lab):
    """The kit files of branch lab`lab` in `top`; TreeError if none such."""
    return kit_of(labs_in(top), lab, tracked(top))


def released(top):
    """{lab, release, date} of a released tree, else None; or TreeError."""
    file = Path(top) / RELEASED
    if not file.is_file():
        return None
    table = parse_toml(file.read_bytes(), RELEASED)
    if type(table.get("lab")) is not int:
        raise TreeError(f"{RELEASED}: does not say which lab this is")
    return table


def checked(submission, path):
    """The file of a submission at `path`, once it is known to be one.

    SubmissionError: it is missing, or reached by a symbolic link, or not a
    regular file, or larger than 1 MiB.
    """
    here, info = Path(submission), None
    for part in path.split("/"):
        here = here / part
        try:
            info = os.lstat(here)
        except (FileNotFoundError, NotADirectoryError):
            raise SubmissionError(f"{path}: missing") from None
        if stat.S_ISLNK(info.st_mode):
            raise SubmissionError(
                f"{path}: {here.relative_to(submission)} is a symbolic link")
    if not stat.S_ISREG(info.st_mode):
        raise SubmissionError(f"{path}: is not a regular file")
    if info.st_size > LIMIT:
        raise SubmissionError(f"{path}: is larger than 1 MiB")
    return here


def mine_files(submission):
    """([path], [message]): what of mine/ counts, and what does not and why.

    Only regular files with plain names, of at most 1 MiB, count.
    """
    good, notes, top = [], [], Path(submission) / "mine"
    if top.is_symlink():
        return [], ["mine: left out: it is a symbolic link"]
    for file in sorted(top.rglob("*")):
        path = file.relative_to(submission).as_posix()
        if is_litter(path) or (file.is_dir() and not file.is_symlink()):
            continue
        try:
            if not all(map(_NAME.match, path.split("/"))):
                raise SubmissionError(f"{path!a}: its name holds more "
                                      "than letters, digits and _+.-")
            checked(submission, path)
            good.append(path)
        except SubmissionError as error:
            notes.append(str(error).replace(": ", ": left out: ", 1))
    return good, notes


def is_executable(file):
    """Whether the owner may execute `file`."""
    return bool(os.stat(file).st_mode & stat.S_IXUSR)


def copy_file(source, dest):
    """Copies bytes and the execute bit; SubmissionError if unreadable."""
    try:
        data, mode = source.read_bytes(), is_executable(source)
    except OSError as error:
        raise SubmissionError(f"{source.name}: {error.strerror}") from None
    dest.parent.mkdir(parents=True, exist_ok=True)
    dest.write_bytes(data)
    dest.chmod(0o755 if mode else 0o644)


def _fresh(dest):
    if dest.is_symlink() or dest.is_file() or (
            dest.is_dir() and any(dest.iterdir())):
        raise TreeError(f"{dest}: is there already, and not empty")
    dest.mkdir(parents=True, exist_ok=True)


def stage(top, lab, submission, dest, carry=None):
    """Lays branch lab`lab` with a submission's files into `dest`.

    The kit files come from `top`, the student-owned files of labs 1 to `lab`
    and mine/ from `submission`; lab k's owned files from carry[k] if given.
    No other lab's owned files are laid, nor the kit's in mine/.  Returns
    messages on what of mine/ was left out.  TreeError: no such lab; `dest`
    is not fresh; a kit file is a link.  SubmissionError: as checked().
    """
    top, submission, dest = Path(top), Path(submission), Path(dest)
    carry, wanted = carry or {}, _upto(labs_in(top), lab)
    if not submission.is_dir():
        raise SubmissionError(f"{submission}: there is no such folder")
    theirs = {p: checked(carry.get(one.number, submission), p)
              for one in wanted for p in one.owned}
    mine, notes = mine_files(submission)
    theirs |= {p: submission / p for p in mine}
    kit = {p: top / p for p in kit_paths(top, lab)
           if not p.startswith("mine/")}
    for path in filter(lambda p: kit[p].is_symlink(), kit):
        raise TreeError(f"{path}: a kit file is a symbolic link")
    _fresh(dest)
    (dest / "mine").mkdir()
    for path, source in (kit | theirs).items():
        copy_file(source, dest / path)
    return notes


def release_commit(top):
    """The newest release merged into HEAD; "" if there is none.

    It is the newest commit that changed labs/released: a student's merge
    takes that file from the later side, so the log follows that side.
    """
    done = git(top, "log", "--format=%H", "--", RELEASED)
    for commit in done.stdout.decode().split():
        if not git(top, "cat-file", "-e", f"{commit}:{RELEASED}").returncode:
            return commit
    return ""


def _export(top, commit, dest):
    done = git(top, "-c", "core.autocrlf=false", "-c", "core.eol=lf",
               "archive", "--format=tar", commit)
    must(done, f"cannot read {commit[:12]}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extraction_filter = getattr(
            tarfile, "data_filter", lambda member, path: member)
        tar.extractall(dest)


def _difference(kit, now, modes):
    if not now.is_file() or now.is_symlink():
        return "changed" if os.path.lexists(now) else "deleted"
    if kit.read_bytes() != now.read_bytes():
        return "changed"
    if modes and is_executable(kit) != is_executable(now):
        return "mode"
    return ""


def kit_changes(top, kit):
    """[(path, how)]: how the kit files in `top` differ from those in `kit`.

    "changed", "deleted", "mode" (the execute bit), or "added": a source file
    that is not the kit's nor the student's, which no grader will see.
    mine/ and the papers are the student's.
    """
    top, labs = Path(top), labs_in(kit)
    said = git(top, "config", "--bool", "core.fileMode").stdout
    owned = {p for one in labs.values() for p in one.owned}
    theirs, out = set(tracked(kit)), []
    for path in sorted(theirs - owned):
        how = _difference(kit / path, top / path, said.strip() != b"false")
        if how and not path.startswith("mine/"):
            out.append((path, how))
    strange = set(tracked(top)) - theirs - owned
    return sorted(out + [
        (path, "added") for path in strange
        if path.endswith(SOURCES) and not path.startswith("mine/")])


def baseline(top, dest=None):
    """The pristine kit of a student's clone, and what differs from it.

    Exports the newest release merged into HEAD to `dest` (a fresh folder; by
    default a temporary one, gone when Python exits).  Where that cannot be
    done `dir` is `top` itself, and `unchecked` says why in one line.
    TreeError: `dest` is not fresh; the release cannot be read.
    """
    top = Path(top)
    if is_main(top):
        return Baseline(top, [], "this is the instructors' tree", "")
    if not in_git(top):
        return Baseline(top, [], "this is not a git clone", "")
    commit = release_commit(top)
    if not commit:
        return Baseline(top, [], "no release is in its history", "")
    if dest is None:
        _exports.append(tempfile.TemporaryDirectory(prefix="xo5-kit-"))
        dest = _exports[-1].name
    dest = Path(dest)
    _fresh(dest)
    _export(top, commit, dest)
    return Baseline(dest, kit_changes(top, dest), "", commit)
