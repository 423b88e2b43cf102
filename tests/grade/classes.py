"""What the tests of a class share: hand-ins made of the labs' own files."""

import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

from grade import tree
from grade.classes import __main__ as classes
from tests.labs import solutions
from tests.newcomer import ENV

TOP = solutions.TOP
PATCH = TOP / "solutions/lab1/wrong/info_region_wrap.patch"
FAILS = "test_info_regions"         # what catches it, alone


def starters(dest, lab=1):
    """A folder with a lab's starters."""
    return solutions.copy_owned(lab, TOP / f"labs/lab{lab}", dest)


def unbuildable(dest, word="x"):
    """A folder whose first file no compiler takes; `word` makes it
    another's."""
    starters(dest)
    (dest / tree.owned_paths(TOP, 1)[0]).write_text(f"int {word} = ;\n")
    return dest


def tarball(folder, dest, prefix=""):
    """A tar.gz of a folder's files, below `prefix`."""
    with tarfile.open(dest, "w:gz") as tar:
        for file in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
            tar.add(file, prefix + str(file.relative_to(folder)))
    return dest


def zipped(folder, dest, prefix=""):
    """The same as a zip."""
    with zipfile.ZipFile(dest, "w") as out:
        for file in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
            out.write(file, prefix + str(file.relative_to(folder)))
    return dest


def repository(folder, dest=None):
    """Makes a folder a git repository with one commit; a bare clone of it in
    `dest`, if that is given."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work")
    if dest:
        git(folder, "clone", "-q", "--bare", ".", str(dest))
    return dest or folder


def git(folder, *words):
    env = {**ENV, "GIT_AUTHOR_DATE": "2026-03-01T12:00:00Z",
           "GIT_COMMITTER_DATE": "2026-03-01T12:00:00Z"}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=env)


def packed(*members):
    """A tar in memory of (TarInfo or name, bytes)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for info, data in members:
            if isinstance(info, str):
                info = tarfile.TarInfo(info)
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    out.seek(0)
    return out


def said(capsys, *words):
    """(status, output, errors) of one command."""
    status = classes.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, output.err
