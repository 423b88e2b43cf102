"""A hand-in: a folder, an archive or a git repository, and what of it counts.

Nothing is extracted. The members of an archive are looked at one after the
other, and the few files that a grader takes are kept as bytes: what students
own, mine/ and the papers. So a link, a device, or a path that leads out of the
archive is never made. A repository is fetched into one of our own, since its
configuration may name programs to run.
"""

import hashlib
import os
import re
import stat
import subprocess
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from grade import tree
from grade.classes import archive
from grade.classes.archive import HandinError

DEPTH = 8           # so far down is a hand-in's own folder looked for
MEMBERS = 20_000    # files and folders in one hand-in
GIT_SECONDS = 300   # a backstop: to fetch one commit of a repository
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}\Z")


@dataclass(frozen=True)
class Handin:
    """One entry of the folder of hand-ins."""
    name: str           # the student's, as it is shown and looked up
    id: str             # as it stands in names of files
    path: Path


@dataclass
class Content:
    """What of a hand-in counts."""
    files: dict                                 # path -> bytes
    notes: list = field(default_factory=list)   # what was left out, and why
    when: float = 0                             # handed in; 0: unknown
    by: str = ""                                # what says so

    def digest(self):
        """Of all that can change a score, and no more."""
        total = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()


def shown(name):
    """A file's name as text that can be printed and written everywhere."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))


def id_of(name):
    """A plain file name for a student's; other names get a hash behind."""
    if PLAIN.match(name):
        return name
    text = unicodedata.normalize("NFKD", shown(name))
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", text.encode(
        "ascii", "ignore").decode()).strip("-.")[:40]
    return f"{plain or 'student'}-" \
        + hashlib.sha256(os.fsencode(name)).hexdigest()[:8]


def listed(folder):
    """The hand-ins in a folder, sorted by name; hidden files are left alone.

    HandinError: there is no such folder; two of them have one name.
    """
    folder, found = Path(folder), {}
    if not folder.is_dir():
        raise HandinError(f"there is no folder {folder}")
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        name = path.name
        if path.is_dir():
            name = name.removesuffix(".git")
        else:
            name = archive.stem(name)
        one = Handin(shown(name), id_of(name), path)
        other = found.setdefault(one.name, one)
        if other is not one:
            raise HandinError(f"{shown(other.path.name)} and "
                              f"{shown(path.name)} are both called "
                              f"{one.name}: keep one of them")
    return sorted(found.values(), key=lambda one: one.name)


class Wanted:
    """Which paths count in a lab, wherever in a hand-in its tree begins."""

    def __init__(self, top, lab):
        self.owned = set(tree.owned_paths(top, lab))

    def places(self, name):
        """[(folder, path)]: each way to read `name` as a path that counts."""
        parts = [p for p in name.split("/") if p not in ("", ".")]
        if name.startswith("/") or ".." in parts:
            return []
        found = []
        for at in range(min(len(parts), DEPTH)):
            path = "/".join(parts[at:])
            if path in self.owned or path in tree.PAPERS or (
                    path.startswith("mine/") and not tree.is_litter(path)):
                found.append(("/".join(parts[:at]), path))
        return found


def gather(members, wanted):
    """The Content among members, an iterator of archive.Member; its tree
    begins where most of the owned files are. Content.files is empty if there
    is none; nested archives are then kept under their own names.

    HandinError: too many members, or too much in them.
    """
    at, notes, nested = {}, [], {}
    for count, member in enumerate(members):
        if count >= MEMBERS:
            raise HandinError(f"more than {MEMBERS} files")
        if member.name.startswith("/") or ".." in member.name.split("/"):
            notes.append(f"{shown(member.name)}: left out: leads out of the "
                         "hand-in")
        places = wanted.places(member.name)
        data = member.take(tree.LIMIT) if places else None
        for folder, path in places:
            at.setdefault(folder, {})[path] = data
        if not places and archive.is_archive(member.name):
            nested[member.name] = member.take(archive.NESTED)
    scores = {folder: len(wanted.owned & set(files))
              for folder, files in at.items()}
    best = min(scores, key=lambda f: (-scores[f], f.count("/"), len(f)),
               default=None)
    if best is None or not scores[best]:
        return Content({}, notes), nested
    files = {}
    for path, data in sorted(at[best].items()):
        if isinstance(data, bytes):
            files[path] = data
        else:
            notes.append(f"{shown(path)}: left out: {data}")
    return Content(files, notes), nested


def _in_folder(path):
    """The members of a folder; links are told, and never followed."""
    for here, folders, files in os.walk(path):
        inner = os.path.relpath(here, path)
        folders[:] = sorted(f for f in folders if f not in (".git", "build"))
        for name in sorted(files) + [f for f in folders if os.path.islink(
                os.path.join(here, f))]:
            yield archive.Member(os.path.normpath(os.path.join(inner, name)),
                                 _reader(os.path.join(here, name)))


def _reader(path):
    """What reads a file that may be anything: bytes, or why not."""
    def read(limit):
        info = os.lstat(path)
        if not stat.S_ISREG(info.st_mode):
            return "a link" if stat.S_ISLNK(info.st_mode) else \
                "not a regular file"
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            return archive.limited(file, limit)
    return read


def _is_repository(path):
    return (path / "objects").is_dir() and (path / "HEAD").is_file()


def _head(path, scratch):
    """Fetches a repository's HEAD into `scratch`; the date of its commit."""
    for words in (["init", "-q", "--bare", "--template=", scratch],
                  ["-C", scratch, "fetch", "-q", "--depth=1", "--no-tags",
                   f"file://{path.resolve()}", "HEAD"]):
        _git(words)
    said = _git(["-C", scratch, "cat-file", "commit", "FETCH_HEAD"])
    found = re.search(rb"^committer .* (\d+) [+-]\d{4}$", said, re.M)
    return float(found[1]) if found else 0


def _git(words):
    env = tree.git_env(GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0",
                       GIT_NO_LAZY_FETCH="1", GIT_CONFIG_GLOBAL="/dev/null",
                       GIT_ALLOW_PROTOCOL="file")
    try:
        done = subprocess.run(["git", *words], env=env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=GIT_SECONDS)
    except FileNotFoundError:
        raise HandinError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise HandinError("the repository cannot be read in "
                          f"{GIT_SECONDS} s") from None
    if done.returncode:
        raise HandinError(f"no repository that git can read: "
                          f"{shown(tree.last_line(done))}")
    return done.stdout


def _of_repository(path, wanted, also_files):
    """(Content or None, date) of a repository's HEAD."""
    with tempfile.TemporaryDirectory(prefix="xo5-git-") as scratch:
        when = _head(path, scratch)
        if not also_files:
            return None, when
        with tempfile.TemporaryFile() as tar:
            tar.write(_git(["-C", scratch, "archive", "--format=tar",
                            "FETCH_HEAD"]))
            tar.seek(0)
            return gather(archive.members(tar), wanted)[0], when


def _of_folder(path, wanted):
    if _is_repository(path):
        content, when = _of_repository(path, wanted, True)
        content.when, content.by = when, "its last commit"
        return content
    content, nested = gather(_in_folder(path), wanted)
    if (path / ".git").is_dir():
        inner, when = _of_repository(path / ".git", wanted,
                                     not content.files)
        content = inner or content
        content.when, content.by = when, "its last commit"
    elif content.files:
        content.when, content.by = max(
            (p.stat().st_mtime for p in path.rglob("*") if p.is_file()
             and not p.is_symlink()), default=0), "its newest file"
    elif len(nested) == 1:
        name, = nested
        content.when, content.by = (path / name).lstat().st_mtime, \
            "the archive's date"
    return _or_nested(content, nested, wanted)


def _or_nested(content, nested, wanted):
    """The Content, or that of the one archive that lies in its place."""
    if content.files or not nested:
        return content
    if len(nested) > 1:
        raise HandinError("holds " + " and ".join(
            shown(n) for n in sorted(nested)[:3]) + ": which one counts?")
    (name, data), = nested.items()
    if not isinstance(data, bytes):
        raise HandinError(f"{shown(name)}: {data}")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        inner, _ = gather(archive.members(file), wanted)
    inner.notes, inner.when, inner.by = (content.notes + inner.notes,
                                         content.when, content.by)
    return inner


def read(path, wanted):
    """The Content of a hand-in.

    HandinError: it cannot be read, or has none of the lab's files.
    """
    try:
        if path.is_dir():
            content = _of_folder(path, wanted)
        elif path.is_file():
            with open(path, "rb") as file:
                content, nested = gather(archive.members(file), wanted)
                content.when, content.by = (path.stat().st_mtime,
                                            "the archive's date")
                content = _or_nested(content, nested, wanted)
        else:
            raise HandinError("neither a folder nor a file")
    except OSError as error:
        raise HandinError(f"cannot be read: {error.strerror}") from None
    if not content.files:
        raise HandinError("holds none of the lab's files")
    return content


def lay(content, dest):
    """Writes the files of a Content to a fresh folder."""
    for path, data in content.files.items():
        file = Path(dest) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
