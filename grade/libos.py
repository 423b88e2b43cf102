"""The root image of a machine that runs programs over a library OS: the
user's, with the library OS in it, and with the command that shall run."""

import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
STANDARD = ("unix", "min")      # library OSes, and the launchers of that name
SHELL = "shell.img"             # the image that make makes, beside the ISO
WORDS = "/lib/xo5-command"      # where in the image the command is
NAME = re.compile(r"[\w.+-]+")


class QemuError(Exception):
    """What the user asked for cannot be had; one line."""


def standard(build):
    """The library OS that this tree has: unix, min or none."""
    for name in STANDARD:
        if (Path(build) / f"libos/{name}.so").exists():
            return name
    return "none"


def launcher(libos):
    """The init that binds that library OS."""
    return libos if libos in STANDARD else "min"


def place(libos, build):
    """(the file of a library OS, its path in the image)."""
    path = Path(libos)
    if libos in STANDARD:
        path = Path(build) / f"libos/{libos}.so"
        if not path.exists():
            raise QemuError(f"LIBOS={libos}: there is no {path}: type make")
    if not path.is_file() or not NAME.fullmatch(path.name):
        raise QemuError(f"LIBOS={libos}: it is unix, min, none, or the file "
                        "of a library OS")
    return path, f"/lib/{path.name}"


def image(out, root, adds=(), words=None):
    """Writes the image `out`: of `root`, an image, a tar or a directory, with
    these added, as setup/image.py has it; and with a command, its path and
    its arguments."""
    command = [sys.executable, str(TOP / "setup/image.py"), str(out),
               "--root", str(root)]
    if words:
        file = Path(f"{out}.words")
        file.write_bytes(b"".join(word.encode("utf-8", "surrogateescape")
                                  + b"\0" for word in words))
        adds = [*adds, f"{file}={WORDS}"]
    for add in adds:
        command += ["--add", str(add)]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise QemuError(said.removeprefix("image: "))
    return out


def standard_image(out, root, program, build):
    """The image `root` with this tree's library OS of that launcher."""
    path, inside = place(program, build or TOP / "build")
    return image(out, root, [f"{path}={inside}"])


def start(options, build, scratch):
    """(the launcher, words for it, the image) for --libos, --root, --add and
    --cmd."""
    libos = options.libos or standard(build)
    if libos == "none":
        raise QemuError("CMD= and ADD= need a library OS: LIBOS=unix, min or "
                        "a file")
    if options.program:
        raise QemuError("PROGRAM= is an init: it has no LIBOS=, CMD=, ADD=")
    root = Path(options.root or Path(build) / SHELL)
    if not root.exists():
        raise QemuError(f"there is no root image {root}")
    file, inside = place(libos, build)
    words = [] if libos in STANDARD else [f"libos={inside}"]
    command = None
    if options.cmd is None and sys.stdin.isatty():
        columns, rows = os.get_terminal_size(sys.stdin.fileno())
        words += [f"size={rows}x{columns}"]
    if options.cmd is not None:
        command = ["/bin/sh", "sh", "-c", options.cmd]
        words += ["raw", f"words={WORDS}"]
    path = image(Path(scratch) / "root", root,
                 [*options.add, f"{file}={inside}"], command)
    return launcher(libos), words, path
