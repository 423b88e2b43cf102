"""What the build of a submission read: a second line behind the sandbox.

The compiler, the assembler and the linker each write a list of the files that
they opened (make's LISTED=1). A file of the submission may read the kit's
code, its own in mine/, and the compiler's headers; what else is in a list is
refused by its name. What leaves no trace in a list is looked for in the
source.
"""

import os
import re
import stat

READABLE = ("kernel", "user", "mine", "build/gen")
GRUB = "/usr/share/grub"        # has multiboot2.h
SPLICE = re.compile(rb"(\\|\?\?/)[ \t]*\r?\n")
# They ask whether a file is there, and are in no list.
ASKS = re.compile(rb"__has_(include|include_next|embed)\b|__has_\s*##"
                  rb"|##\s*_?has_|##\s*(include|embed)\b|GCC\s+dependency")
WORD = re.compile(r"(?:\\.|\$\$|[^\s\\])+")


class Refused(Exception):
    """The submission reads what it must not; the text is one line."""


def look_at_sources(staged, theirs):
    """Refused if one of these, or a file in mine/, asks for files in a way
    that leaves no trace."""
    mine = (path.relative_to(staged).as_posix()
            for path in (staged / "mine").rglob("*") if path.is_file())
    for path in sorted({*theirs, *mine}):
        text = SPLICE.sub(b"", (staged / path).read_bytes())
        found = ASKS.search(text)
        if found:
            raise Refused(f"xo5: {path}: {found[0].decode()} looks for files, "
                          "which a submission may not do")


def look_at_files(folder):
    """Refused if what was built holds links or devices, which the grader
    would follow."""
    for where, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(where, name)
            mode = os.lstat(path).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise Refused(f"xo5: {os.path.relpath(path, folder)}: the "
                              "build made a file that is none")


def look_at_lists(staged, theirs, root, compiler):
    """Refused if a list of what was read for one of these files, or for a
    link, holds anything but what may be read.

    root: where the build saw the tree; compiler: the folders of its headers.
    (The assembler reads a pipe, and its list has the name that this has.)
    """
    allowed = (*compiler, GRUB)
    for path in theirs:
        lists = [found for kind in ("d", "as") for found in
                 sorted((staged / "build").glob(f"**/{path}.{kind}"))]
        if not any(name.suffix == ".d" for name in lists):
            raise Refused(f"xo5: {path}: the compiler did not say what it "
                          "read")
        for name in lists:
            for read in words_of(name.read_text(errors="replace")):
                if (name.suffix, read) != (".as", os.path.basename(path)):
                    _look_at(read, path, root, READABLE, allowed)
    for name in sorted((staged / "build").glob("**/*.link")):
        for read in words_of(name.read_text(errors="replace")):
            _look_at(read, "the linker", root, ("build", "kernel", "user"), ())


def words_of(rules):
    """The files that the first of make's rules in a text names as read."""
    text = rules.replace("\\\n", " ").split("\n")[0]
    _, _, read = text.partition(": ")
    return [re.sub(r"\\(.)", r"\1", word).replace("$$", "$")
            for word in WORD.findall(read)]


def _look_at(read, reader, root, inside, outside):
    """Refused unless a file that was read may be."""
    path = os.path.normpath(os.path.join(root, read))
    if _within(path, outside) or _within(path, [
            f"{root}/{folder}" for folder in inside]):
        return
    raise Refused(f"xo5: {reader} reads {read}, which is neither the kit's "
                  "code nor in mine/")


def _within(path, folders):
    return any(path.startswith(folder.rstrip("/") + "/")
               for folder in folders)
