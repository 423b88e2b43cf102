"""Counts the kernel's lines: `make lines`.

All lines; lines of code, which are neither blank nor comment; and statements,
as the handouts count exercises: of these, without lone braces, includes and
guards. The loader, and what only CHECK=n builds, stand beside the sum.
"""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BESIDE = {"kernel/boot/loader": "loader", "kernel/debug/check": "CHECK=n"}
LONE = ("{", "}", "};", "} else {")
FRAME = re.compile(r"#(include|endif|ifndef XO5_|define XO5_\w+_H)")


def count(path):
    """(lines, lines of code, statements) of one file."""
    text = path.read_text(encoding="utf-8")
    code = [line.strip() for line in
            re.sub(r"/\*.*?\*/", "", text, flags=re.S).splitlines()
            if line.strip()]
    plain = [line for line in code
             if line not in LONE and not FRAME.match(line)]
    return len(text.splitlines()), len(code), len(plain)


def main():
    sums = {}
    for path in sorted((TOP / "kernel").rglob("*.[chS]")):
        name = path.relative_to(TOP).as_posix()
        room = next((word for start, word in BESIDE.items()
                     if name.startswith(start)), "kernel")
        old = sums.get(room, (0, 0, 0))
        sums[room] = tuple(a + b for a, b in zip(old, count(path)))
    print(f"{'':10}{'lines':>8}{'code':>8}{'statements':>12}")
    for room, (lines, code, plain) in sums.items():
        print(f"{room:10}{lines:8}{code:8}{plain:12}")


if __name__ == "__main__":
    main()
