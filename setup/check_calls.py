#!/usr/bin/python3
"""Checks that the kernel's rooms call downwards only (make lint).

    /usr/bin/python3 setup/check_calls.py BUILD

BUILD is a folder in which the kernel was built. Who defines a function and
who needs it stands in its objects and, of what is proved, in its IR. A room
may call itself and the rooms before it (check_style.py's ROOMS). Two things
are no calls upwards: the points where a processor enters the kernel, which
arch/'s assembly jumps to (ENTRIES); and weak definitions, which stand in for
what a later lab, or a grader, brings (course/later.h).

Prints one line for each call that goes up. Exit code 0: none; 1: some;
2: the check itself could not run.
"""
import re
import subprocess
import sys
from pathlib import Path

from check_style import ROOMS

DEFINED = re.compile(r"^define (?!internal|linkonce).*?@(\w+)\(", re.M)
DECLARED = re.compile(r"^declare .*?@(\w+)\(", re.M)
GLOBAL = re.compile(r"^@(\w+) = .*external", re.M)
ENTRIES = {"kernel_main", "enter_operation", "foreign_call", "cpu_switch",
           "trap_from_ring3", "panic_trap"}


def objects(build):
    """(source, functions it defines, names it needs) of each object."""
    for path in sorted((build / "kernel").rglob("*.o")):
        done = subprocess.run(["nm", path], capture_output=True, text=True,
                              check=True)
        lines = [line.split()[-2:] for line in done.stdout.splitlines()]
        yield (path.relative_to(build).as_posix()[:-2],
               {name for kind, name in lines if kind in "TDBR"},
               {name for kind, name in lines if kind == "U"})


def proved(build):
    """The same of the files whose IR is linked in one piece."""
    for path in sorted((build / "proof/kernel").rglob("*.ll")):
        text = path.read_text(encoding="utf-8")
        yield (path.relative_to(build / "proof").as_posix()[:-3],
               set(DEFINED.findall(text)),
               set(DECLARED.findall(text)) | set(GLOBAL.findall(text)))


def upward(files):
    """(caller's file, name, definer's file) of each call that goes up."""
    home = {name: source for source, defines, _ in files for name in defines}
    rank = {source: ROOMS.index(source.split("/")[1])
            for source, _, _ in files}
    for source, _, needs in files:
        for name in sorted(needs & home.keys()):
            entry = source.startswith("kernel/arch/") and name in ENTRIES
            if rank[home[name]] > rank[source] and not entry:
                yield source, name, home[name]


def main(words):
    if len(words) != 1:
        print("usage: check_calls.py BUILD", file=sys.stderr)
        return 2
    files = list(objects(Path(words[0]))) + list(proved(Path(words[0])))
    files = [entry for entry in files if "/loader/" not in entry[0]]
    if not files:
        print(f"calls: no kernel was built in {words[0]}", file=sys.stderr)
        return 2
    found = list(upward(files))
    for source, name, home in found:
        print(f"{source}: calls {name}, which is {home}'s, a room above")
    print(f"calls: {len(files)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
