"""Reading tar and zip archives of strangers, within limits.

What an archive is, its bytes say. Members come one after the other; each is
read only if somebody wants it, and no more of it than may be. What all of it
unpacks to is limited too: a few kilobytes can stand for a terabyte.
"""

import re
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import Callable

UNPACKED = 256 << 20    # bytes in all that one archive may unpack to
NESTED = 8 << 20        # bytes of an archive in an archive
CHUNK = 1 << 16
_SUFFIX = re.compile(r"\.(tar|tar\.(gz|xz|bz2)|tgz|txz|tbz2?|zip)\Z", re.I)
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error,
           ValueError, NotImplementedError, RuntimeError, OverflowError,
           UnicodeError)


class HandinError(Exception):
    """Why a hand-in, or a folder of them, cannot be read; one line."""


@dataclass
class Member:
    """One member of a hand-in; take(limit) is its bytes, or why not."""
    name: str
    take: Callable


def is_archive(name):
    """Whether a file is called as an archive is."""
    return bool(_SUFFIX.search(name))


def stem(name):
    """A file's name without the ending of an archive."""
    return _SUFFIX.sub("", name)


def limited(file, limit):
    """The bytes of an open file, or why not: there are more than `limit`."""
    data = file.read(limit + 1)
    return data if len(data) <= limit else \
        f"larger than {limit >> 20} MiB"


class _Counted:
    """A stream that ends with HandinError once too much was read of it."""

    def __init__(self, file):
        self._file, self._left = file, UNPACKED

    def read(self, size=-1):
        data = self._file.read(min(size, CHUNK) if size >= 0 else CHUNK)
        self._left -= len(data)
        if self._left < 0:
            raise HandinError(
                f"unpacks to more than {UNPACKED >> 20} MiB")
        return data


def _opened(file):
    """The stream of tar's blocks in a file, whatever packs it."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        import gzip
        return gzip.GzipFile(fileobj=file)
    if magic.startswith(b"\xfd7zXZ\0"):
        import lzma
        return lzma.LZMAFile(file)
    if magic.startswith(b"BZh"):
        import bz2
        return bz2.BZ2File(file)
    return file


def _tar(file):
    stream = _Counted(_opened(file))
    with tarfile.open(fileobj=stream, mode="r|", errorlevel=1) as tar:
        for info in tar:
            def take(limit, info=info):
                if info.issym() or info.islnk():
                    return "a link"
                if not info.isreg():
                    return "not a regular file"
                return limited(tar.extractfile(info), limit)
            if not info.isdir():
                yield Member(info.name, take)


def _zip(file):
    left = UNPACKED
    with zipfile.ZipFile(file) as packed:
        for info in packed.infolist():
            kind = info.external_attr >> 16 & 0o170000

            def take(limit, info=info, kind=kind):
                if kind not in (0, 0o100000):
                    return "a link" if kind == 0o120000 else \
                        "not a regular file"
                if info.flag_bits & 1:
                    return "needs a password"
                with packed.open(info) as inner:
                    return limited(inner, limit)
            left -= info.file_size
            if left < 0:
                raise HandinError(
                    f"unpacks to more than {UNPACKED >> 20} MiB")
            if not info.is_dir():
                yield Member(info.filename.replace("\\", "/"), take)


def members(file):
    """The members of an archive, from an open file.

    HandinError: it is no archive, or damaged, or too large.
    """
    magic = file.read(4)
    file.seek(0)
    try:
        if magic[:2] == b"PK":
            yield from _zip(file)
        else:
            yield from _tar(file)
    except HandinError:
        raise
    except OSError as error:
        raise HandinError(f"a damaged archive: {error}") from None
    except _BROKEN as error:
        if isinstance(error, tarfile.ReadError) and magic[:2] not in (
                b"\x1f\x8b", b"\xfd7", b"BZ", b"PK"):
            raise HandinError("no folder, no tar, no zip") from None
        raise HandinError(f"a damaged archive: {error}") from None
    except Exception as error:      # lzma.LZMAError, and what else may come
        raise HandinError("a damaged archive: "
                          f"{type(error).__name__}") from None
