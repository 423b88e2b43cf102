#!/usr/bin/python3
"""Checks the rules of the house that a machine can check (make lint).

    /usr/bin/python3 setup/check_style.py [TREE]

Prints `file:line: rule` for each finding and, last, how many there are.
Exit code 0: none; 1: some; 2: the check itself could not run.

format    C is formatted as .clang-format says
include   who may include what: see ALLOWED
circle    no folder includes one that includes it, by whatever way
order     user/'s rooms stand in an order: see check_rooms.py
asm       assembly only in the rooms of ASM_ROOMS
address   no hex literal of 8 or more digits in kernel/core, kernel/ops
length    80 columns, 400 lines a file, 80 lines a C function
marker    `TODO`, `FIXME` and `XXX` only in the starters of labs and in
          handouts; quoted, as here, they are mentioned, and that is fine
header    every header compiles alone
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from check_rooms import check_rooms

MAX_COLUMNS, MAX_LINES, MAX_FUNCTION = 80, 400, 80
C_FOLDERS = ("kernel/", "user/", "labs/", "proof/", "bench/", "grade/",
             "tests/")
# Headers that stand before the kernel's on the include path, and include
# those: they are read in no other way.
SHADOWS = "proof/search/small/"
# By its version: each formats some lines in its own way. Every release of
# Debian that is supported has this one.
FORMATTER = "clang-format-19"
MEASURED = (".c", ".h", ".S", ".py", ".sh")
NOT_TEXT = (".patch", ".diff")
ASM_ROOMS = ("kernel/arch", "kernel/boot/loader", "user", "bench", "grade",
             "tests")
NO_ADDRESS_ROOMS = ("kernel/core", "kernel/ops")
ON_A_HOST = ("grade", "tests")   # C that is compiled with a C library
# Headers that a C compiler has without any C library.
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdarg.h",
                "stdnoreturn.h", "stdalign.h", "limits.h"}
# The kernel's rooms in order: each includes, in quotes, only its own headers
# and those of rooms before it, so that no circle can be. Of arch/ most need
# one header alone. (setup/check_calls.py looks at calls the same way.)
ROOMS = ("abi", "arch", "lib", "core", "debug", "ops", "ring3", "boot",
         "course", "contracts")
WHOLE_ARCH = ("arch", "boot", "contracts")
ALLOWED = {f"kernel/{room}": tuple(
    "arch/arch.h" if before == "arch" and room not in WHOLE_ARCH
    else before + "/" for before in ROOMS[:number + 1])
    for number, room in enumerate(ROOMS)}
ALLOWED["kernel/ops"] = ("abi/", "core/", "debug/", "ops/", "lib/exercise.h")
# Rooms that read the boot loader's own headers, and a font's.
HOST_HEADERS = ("kernel/arch", "kernel/boot", "kernel/boot/loader")
LAB = re.compile(r"labs/lab[^/]+/(?=kernel/|user/)")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
ASM = re.compile(r"\b(asm|__asm|__asm__)\b")
ADDRESS = re.compile(r"\b0[xX][0-9a-fA-F]{8,}")
MARKER = re.compile(r"(?<![\w`'\"])(%s)(?![\w`'\"])" % "|".join(
    ("TODO", "FIXME", "XXX")))
MARKERS_MAY = re.compile(r"(labs/lab[^/]+/(kernel|user)/|handouts/)")
NOISE = re.compile(r"""//[^\n]* | /\*.*?\*/ | "(?:\\.|[^"\\\n])*"
                   | '(?:\\.|[^'\\\n])*'""", re.S | re.X)


class CannotRun(Exception):
    """The check itself could not run; the text says why."""


def run(command, root, **more):
    return subprocess.run(command, cwd=root, capture_output=True,
                          text=True, errors="replace", **more)


def list_files(root):
    """What git tracks or would track; without git, every file."""
    git = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = run(git, root)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode != 0:
        names = walk(root)
    else:
        names = {name for name in done.stdout.split("\0") if name}
    return sorted(n for n in names if (root / n).is_file()
                  and not (root / n).is_symlink())


def walk(root):
    for folder, inner, files in os.walk(root):
        inner[:] = [d for d in inner if d[0] != "." and d != "build"
                    and d != "__pycache__"]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), root)


def room_of(path):
    """kernel/core, kernel/ops, ..., kernel, user, bench, grade, tests, or "";
    a lab's starter is in the room where it will be laid."""
    parts = LAB.sub("", path).split("/")
    if parts[0] in ("user", "bench", "grade", "tests") and len(parts) > 1:
        return parts[0]
    if parts[:3] == ["kernel", "boot", "loader"]:
        return "kernel/boot/loader"
    if parts[0] == "kernel" and len(parts) > 1:
        return "/".join(parts[:2]) if len(parts) > 2 else "kernel"
    return ""


def is_c(path):
    return path.startswith(C_FOLDERS) and path.endswith((".c", ".h"))


def is_source(path):
    return path.startswith(C_FOLDERS) and path.endswith((".c", ".h", ".S"))


def code_only(text):
    """The text with comments, strings and characters blanked; line numbers
    stay as they are."""
    return NOISE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def check_format(root, files):
    """One finding a file: the first line that clang-format would change."""
    files = [name for name in files if is_c(name)]
    tool = shutil.which(FORMATTER)
    if not files:
        return
    if not tool:
        raise CannotRun(f"{FORMATTER} is missing: type "
                        "setup/deps.sh --install dev")
    done = run([tool, "--dry-run", "-Werror", "--style=file", *files], root)
    if "Invalid argument" in done.stderr or "rror reading" in done.stderr:
        raise CannotRun("clang-format: " + done.stderr.strip())
    lines = {}
    for name, line in re.findall(r"^(\S+?):(\d+):\d+: error: code should",
                                 done.stderr, re.M):
        lines.setdefault(name, []).append(int(line))
    for name, where in lines.items():
        yield name, min(where), (f"format: {len(set(where))} lines differ; "
                                 f"type: {FORMATTER} -i {name}")


def own_user_header(root, path, header):
    """Does the header belong to user/ (or to this lab's part of it)?"""
    lab = LAB.match(path)
    bases = [Path("user"), Path(path).parent]
    if lab:
        inside = Path(LAB.sub("", path)).parent
        bases += [Path(lab.group(), "user"), inside]
    return any((root / base / header).is_file() for base in bases)


def include_fault(root, path, room, mark, header):
    """Why this file may not include that header, or None."""
    allowed = ALLOWED.get(room.replace("boot/loader", "boot"))
    if allowed is None and room != "user":
        return None
    if mark == "<":
        if header in FREESTANDING or room in HOST_HEADERS:
            return None
        return f"{room} may include <...> only what is freestanding"
    if ".." in header.split("/"):
        return "a header is named from kernel/ or user/, without .."
    if room == "user":
        if header.startswith("abi/") or own_user_header(root, path, header):
            return None
        return "user may include only abi/ and headers of user/"
    if any(header == one or one.endswith("/") and header.startswith(one)
           for one in allowed):
        return None
    return f"{room} may include only {', '.join(allowed)}"


def check_includes(root, path, text):
    if not is_source(path):
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        fault = include_fault(root, path, room_of(path), *found.groups())
        if fault:
            yield number, f"include: {found.group(2)}: {fault}"


def find_header(root, path, header):
    """Where a header lies that is included in quotes; None if nowhere."""
    for base in (os.path.dirname(path), "", "kernel", "user"):
        name = os.path.normpath(os.path.join(base, header))
        if (root / name).is_file():
            return name
    return None


def circles(edges):
    """For folders that lead to each other, the shortest way around: a list of
    each, the first one again at its end. `edges`: pairs (from, to)."""
    after = {}
    for start, end in edges:
        after.setdefault(start, []).append(end)
    seen = set()
    for start in sorted(after):
        ways, reached = [[start]], set()
        for way in ways:
            for end in sorted(after.get(way[-1], ())):
                if end == start and not seen & set(way):
                    seen.update(way)
                    yield [*way, start]
                elif end not in reached:
                    reached.add(end)
                    ways.append([*way, end])


def check_circles(root, files):
    """One finding for each circle of folders, at one of its includes. (The
    kernel's rooms are in an order, so check_includes finds theirs.)"""
    edges = {}
    for path in files:
        if not is_source(path) or path.startswith(
                ("kernel/", "labs/", SHADOWS)):
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            header = found and found[1] == '"' and find_header(
                root, path, found[2])
            ends = os.path.dirname(path), os.path.dirname(header or path)
            if ends[0] != ends[1]:
                edges.setdefault(ends, (path, number, found[2]))
    for way in circles(edges):
        path, number, _ = edges[way[0], way[1]]
        yield path, number, f"circle: {' -> '.join(way)}: " + "; ".join(
            f"{one} includes {header}" for one, _, header in
            (edges[ends] for ends in zip(way, way[1:])))


def check_words(path, text):
    """Assembly and addresses where they must not be."""
    if not is_source(path):
        return
    room = room_of(path)
    asm = room in ASM_ROOMS
    if path.endswith(".S") and not path.endswith(".ld.S") and not asm:
        yield 1, "asm: an assembly file outside " + ", ".join(ASM_ROOMS)
    for number, line in enumerate(code_only(text).splitlines(), 1):
        if not asm and ASM.search(line):
            yield number, "asm: outside " + ", ".join(ASM_ROOMS)
        if room in NO_ADDRESS_ROOMS and ADDRESS.search(line):
            yield number, f"address: a hex literal of 8 digits in {room}"


def check_lengths(path, text):
    name = path.rsplit("/", 1)[-1]
    if not (name.endswith(MEASURED) or name == "Makefile"):
        return
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        yield len(lines), f"length: {len(lines)} lines, over {MAX_LINES}"
    for number, line in enumerate(lines, 1):
        columns = len(line.expandtabs(8))
        if columns > MAX_COLUMNS:
            yield number, f"length: {columns} columns, over {MAX_COLUMNS}"
    if name.endswith((".c", ".h")):
        yield from check_functions(lines)


def check_functions(lines):
    """A function's braces are the only ones alone in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start:
            length = number - start + 1
            if length > MAX_FUNCTION:
                yield start, (f"length: a function of {length} lines, "
                              f"over {MAX_FUNCTION}")
            start = None


def check_markers(path, text):
    if MARKERS_MAY.match(path) or path.endswith(NOT_TEXT):
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = MARKER.search(line)
        if found:
            yield number, f"marker: {found.group()}"


def find_compiler():
    wanted = os.environ.get("CROSS", "") + "gcc"
    for name in (wanted, "x86_64-elf-gcc", "x86_64-linux-gnu-gcc", "gcc"):
        if shutil.which(name):
            return name
    raise CannotRun("gcc is missing: type setup/deps.sh --install run")


def header_flags(path):
    """Where a header finds what it includes: its room's folders."""
    lab, room = LAB.match(path), room_of(path)
    top = room.split("/")[0]
    flags = ["-I."]
    if path.startswith("proof/search/"):   # a small machine's, for the host
        flags += ["-DMACHINE_GIANT", "-Iproof/search/small",
                  "-include", "proof/search/machine.h"]
    for base in ([lab.group()] if lab else []) + [""]:
        if top in ("user", *ON_A_HOST):
            flags.append(f"-I{base}user")
        flags.append(f"-I{base}kernel")
    if top and top not in ON_A_HOST:
        flags.append("-ffreestanding")
    if room == "kernel/boot/loader":
        flags.append("-m32")
    return flags


def check_header(root, compiler, path):
    """Compiles a file that only includes the header."""
    command = [compiler, "-fsyntax-only", *header_flags(path),
               "-x", "c", "-"]
    done = run(command, root, input=f'#include "{path}"\n')
    if done.returncode == 0:
        return None
    error = re.search(r"^(.*?):(\d+):.*?error: (.*)$", done.stderr, re.M)
    if not error:
        return path, 1, "header: " + done.stderr.strip().splitlines()[0]
    name, line, text = error.groups()
    where = int(line) if os.path.normpath(name) == path else 1
    return path, where, f"header: does not compile alone: {text}"


def check_headers(root, files):
    headers = [name for name in files if is_c(name) and name[-2:] == ".h"
               and not name.startswith(SHADOWS)]
    if not headers:
        return
    compiler = find_compiler()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = pool.map(
            lambda name: check_header(root, compiler, name), headers)
        yield from (found for found in results if found)


def check_file(root, path):
    try:
        text = (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, rule in check_includes(root, path, text):
        yield path, number, rule
    for check in (check_words, check_lengths, check_markers):
        for number, rule in check(path, text):
            yield path, number, rule


def check_tree(root):
    """All findings, in order, and the number of files looked at."""
    files = list_files(root)
    findings = [f for path in files for f in check_file(root, path)]
    findings += check_circles(root, files)
    findings += check_rooms({name: (root / name).read_text(encoding="utf-8")
                             for name in files if name.startswith("user/")
                             and is_source(name)})
    findings += check_format(root, files)
    findings += check_headers(root, files)
    return sorted(findings), len(files)


def main(words):
    if len(words) > 1 or words and words[0].startswith("-"):
        print("usage: check_style.py [TREE]", file=sys.stderr)
        return 2
    default = Path(__file__).resolve().parent.parent
    root = Path(words[0]) if words else default
    if not root.is_dir():
        print(f"style: no folder {root}", file=sys.stderr)
        return 2
    try:
        findings, files = check_tree(root)
    except CannotRun as why:
        print(f"style: {why}", file=sys.stderr)
        return 2
    for path, number, rule in findings:
        print(f"{path}:{number}: {rule}")
    print(f"style: {files} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
