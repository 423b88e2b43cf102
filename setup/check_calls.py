#!/usr/bin/python3
"""Checks that calls between folders go one way (make lint).

    /usr/bin/python3 setup/check_calls.py BUILD

BUILD is a folder in which all was built. Who defines a function or a variable
and who needs it stands in its objects and, of what is proved, in its IR.

up      a room of the kernel may call itself and the rooms before it
        (check_style.py's ROOMS)
circle  of all other folders of C, none may call one that calls it, by
        whatever way

Four things are no calls upwards: the points where a processor enters the
kernel, which arch/'s assembly jumps to (ENTRIES); weak definitions, which
stand in for what a later lab, or a grader, brings (course/later.h); what a
compiler calls by itself (COMPILERS); and what a library OS asks of what it runs
on, in headers of those names (PORTS). A name that several programs define is
looked for in the caller's own folder, and else is nobody's.

Prints one line for each finding. Exit code 0: none; 1: some; 2: the check
itself could not run.
"""
import re
import subprocess
import sys
from pathlib import Path

from check_style import ROOMS, circles, room_of

DEFINED = re.compile(r"^define (?!internal|linkonce|weak).*?@(\w+)\(", re.M)
DECLARED = re.compile(r"^declare .*?@(\w+)\(", re.M)
HAS = re.compile(r"^@(\w+) = (?!.*\b(?:external|internal|private)\b)", re.M)
GLOBAL = re.compile(r"^@(\w+) = .*\bexternal\b", re.M)
ENTRIES = {"kernel_main", "enter_operation", "foreign_call", "cpu_switch",
           "trap_from_ring3", "panic_trap"}
PORTS = ("host.h", "machine.h")
# What a compiler calls by itself, wherever it copies or compares.
COMPILERS = {"memcpy", "memmove", "memset", "memcmp"}
PROTOTYPE = re.compile(r"^\w[^\n(]*\b(\w+)\(", re.M)
# Objects lie at their source's path, beneath one folder for each way in which
# it is compiled.
SOURCE = re.compile(r"(?:^|/)((?:kernel|user|bench)/.*)\.(?:o|ll)$")


def source_of(path, build):
    """Of an object, its source in this tree; None if that is gone."""
    found = SOURCE.search(path.relative_to(build).as_posix())
    return found[1] if found and Path(found[1]).is_file() else None


def objects(build):
    """(source, names it defines, names it needs) of each object."""
    paths = [p for p in sorted(build.rglob("*.o")) if source_of(p, build)]
    done = subprocess.run(["nm", "-A", *paths], capture_output=True,
                          text=True, check=True) if paths else None
    found = {}
    for line in done.stdout.splitlines() if done else ():
        path, _, rest = line.partition(".o:")
        kind, name = rest.split()[-2:]
        defines, needs = found.setdefault(path + ".o", (set(), set()))
        if kind in "TDBR":
            defines.add(name)
        elif kind == "U":
            needs.add(name)
    return [(source_of(Path(path), build), *names)
            for path, names in found.items()]


def proved(build):
    """The same of the files whose IR is linked in one piece."""
    for path in sorted((build / "proof/kernel").rglob("*.ll")):
        text = path.read_text(encoding="utf-8")
        if source_of(path, build):
            yield (source_of(path, build),
                   set(DEFINED.findall(text)) | set(HAS.findall(text)),
                   set(DECLARED.findall(text)) | set(GLOBAL.findall(text)))


def calls(files):
    """(caller's file, name, definer's file) of each call of another file."""
    homes = {}
    for source, defines, _ in files:
        for name in defines:
            homes.setdefault(name, set()).add(source)
    for source, _, needs in files:
        folder = source.rpartition("/")[0]
        for name in sorted(needs & homes.keys() - COMPILERS):
            near = {home for home in homes[name]
                    if home.rpartition("/")[0] == folder}
            where = near or homes[name]
            if len(where) == 1 and source not in where:
                yield source, name, where.copy().pop()


def rank(source):
    """The number of the kernel's room in which it lies; None elsewhere."""
    parts = source.split("/")
    return ROOMS.index(parts[1]) if parts[0] == "kernel" else None


def upward(found):
    """Those calls that go up in the kernel."""
    for source, name, home in found:
        if rank(source) is None or rank(home) is None:
            continue
        entry = source.startswith("kernel/arch/") and name in ENTRIES
        if rank(home) > rank(source) and not entry:
            yield (f"{source}: up: calls {name}, which is {home}'s, "
                   "a room above")


def around(found):
    """A line for each circle of folders outside the kernel."""
    asked = {name for port in PORTS for path in Path("user").rglob(port)
             for name in PROTOTYPE.findall(path.read_text(encoding="utf-8"))}
    edges = {}
    for source, name, home in found:
        ends = tuple(path.rpartition("/")[0] for path in (source, home))
        if (ends[0] != ends[1] and rank(source) is None
                and name not in asked):
            edges.setdefault(ends, f"{source} calls {name}")
    for circle in circles(edges):
        yield f"{' -> '.join(circle)}: circle: " + "; ".join(
            edges[ends] for ends in zip(circle, circle[1:]))


def main(words):
    if len(words) != 1:
        print("usage: check_calls.py BUILD", file=sys.stderr)
        return 2
    files = objects(Path(words[0])) + list(proved(Path(words[0])))
    files = [one for one in files if room_of(one[0]) != "kernel/boot/loader"]
    if not files:
        print(f"calls: nothing was built in {words[0]}", file=sys.stderr)
        return 2
    found = list(calls(files))
    lines = list(upward(found)) + list(around(found))
    print("".join(line + "\n" for line in lines) +
          f"calls: {len(files)} files, {len(lines)} findings")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
