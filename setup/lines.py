"""Counts the kernel's lines: `make lines`.

By room (kernel/README.md): all lines; lines of comments; lines of code, which
are neither blank nor comment; and statements, as the handouts count exercises:
of these, without lone braces, includes and guards.

The sum, `kernel`, is what is in the image of the kernel that students end with.
All of it stays there, mapped, and can be run in ring 0: boot/ too, which runs
once. It leaves out what only CHECK=n builds, what stands in for labs to come,
and the loader: a program of its own (32-bit), whose memory is given back before
init runs. So that lines do not seem to be gone which have only moved there,
the last row adds the loader to the kernel.
"""

import re
from pathlib import Path

from check_style import ROOMS

TOP = Path(__file__).resolve().parent.parent
LOADER = "boot/loader"
BESIDE = ("debug", "course", "contracts", LOADER)
SOURCES = (".c", ".h", ".S", ".inc")
LONE = ("{", "}", "};", "} else {")
FRAME = re.compile(r"#(include|endif|ifndef XO5_|define XO5_\w+_H)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def count(path):
    """(lines, comments, code, statements) of one file."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    code = [line.strip() for line in COMMENT.sub("", text).splitlines()
            if line.strip()]
    blank = sum(not line.strip() for line in lines)
    plain = [line for line in code
             if line not in LONE and not FRAME.match(line)]
    return len(lines), len(lines) - blank - len(code), len(code), len(plain)


def room_of(path):
    """Its room; the kernel's linker script is the image's (lib)."""
    parts = path.relative_to(TOP / "kernel").parts[:-1]
    return LOADER if "/".join(parts) == LOADER else \
        parts[0] if parts else "lib"


def add(numbers):
    return tuple(map(sum, zip(*numbers))) or (0, 0, 0, 0)


def main():
    rooms = {room: [] for room in (*ROOMS, LOADER)}
    for path in sorted((TOP / "kernel").rglob("*")):
        if path.suffix in SOURCES:
            rooms[room_of(path)].append(count(path))
    kernel = [room for room in rooms if room not in BESIDE]
    print(f"{'':12}{'lines':>8}{'comments':>10}{'code':>8}{'statements':>12}")
    rows = [*((room, rooms[room]) for room in kernel),
            ("kernel", [n for room in kernel for n in rooms[room]]),
            *((room, rooms[room]) for room in BESIDE),
            ("with loader", [n for room in (*kernel, LOADER)
                             for n in rooms[room]])]
    for name, found in rows:
        lines, comments, code, plain = add(found)
        print(f"{name:12}{lines:8}{comments:10}{code:8}{plain:12}")


if __name__ == "__main__":
    main()
