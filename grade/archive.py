"""Hand-ins as tar or zip files: what `make handin` makes, what a teacher
downloads. Whatever is in one, nothing outside its folder is touched, and no
more is read of it than is allowed.
"""

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

from grade import tree
from grade.plain import line
from grade.tree import SubmissionError

BYTES = 128 << 20       # in all, unpacked
MEMBERS = 20000
PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
BROKEN = (OSError, EOFError, ValueError, KeyError, NotImplementedError,
          RuntimeError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError,
          zlib.error)


def unpack(file, dest):
    """Unpacks a tar or zip into the folder `dest`, which it makes; the folder
    below it that holds a tree.

    SubmissionError: it cannot be read; it holds a link, a device or a path
    that leads out of it; it is too large.
    """
    file, dest = Path(file), Path(dest)
    dest.mkdir(parents=True)
    try:
        members = _zip if zipfile.is_zipfile(file) else _tar
        for path, data, executable in members(file):
            _write(dest, path, data, executable, file.name)
    except SubmissionError:
        raise
    except BROKEN as error:
        raise SubmissionError(f"{file.name}: cannot be unpacked: "
                              f"{line(str(error))}") from None
    inside = list(dest.iterdir())
    return inside[0] if len(inside) == 1 and not (
        dest / "kernel").exists() and inside[0].is_dir() else dest


def labs_of(folder, labs):
    """The newest lab whose files, and all earlier labs' files, are in a
    folder; None if not even the first one's are."""
    found = None
    for number, lab in sorted(labs.items()):
        if not all((Path(folder) / path).is_file() for path in lab.owned):
            break
        found = number
    return found


def _bounded(stream, name, left):
    data = stream.read(left + 1)
    if len(data) > left:
        raise SubmissionError(f"{name}: unpacked it has more than "
                              f"{BYTES >> 20} MiB")
    return data


def _tar(file):
    """(path, bytes, whether it can be executed) of each file in a tar."""
    with open(file, "rb") as raw:
        head = raw.read(6)
    opener = next((how for magic, how in PACKED.items()
                   if head.startswith(magic)), open)
    with opener(file, "rb") as stream:
        data = _bounded(stream, file.name, BYTES)
    with tarfile.open(fileobj=BytesIO(data), mode="r:") as tar:
        for count, member in enumerate(tar):
            _count(count, file.name)
            if member.isdir():
                continue
            if member.type not in PLAIN:
                raise _no_file(file.name, member.name)
            yield (member.name, tar.extractfile(member).read(),
                   bool(member.mode & stat.S_IXUSR))


def _zip(file):
    """The same of a zip."""
    left = BYTES
    with zipfile.ZipFile(file) as packed:
        for count, member in enumerate(packed.infolist()):
            _count(count, file.name)
            mode = member.external_attr >> 16
            if member.is_dir():
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise _no_file(file.name, member.filename)
            with packed.open(member) as stream:
                data = _bounded(stream, file.name, left)
            left -= len(data)
            yield member.filename, data, bool(mode & stat.S_IXUSR)


def _count(count, name):
    if count >= MEMBERS:
        raise SubmissionError(f"{name}: it has more than {MEMBERS} files")


def _no_file(name, member):
    return SubmissionError(f"{name}: {line(member)} is a link or a device")


def _write(dest, path, data, executable, name):
    """Writes one member; SubmissionError if its path leads elsewhere."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or (
            "\0" in path or not parts):
        raise SubmissionError(f"{name}: {line(path)} is no path inside it")
    if tree.is_litter("/".join(parts)):
        return
    out = dest.joinpath(*parts)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    out.chmod(0o755 if executable else 0o644)
