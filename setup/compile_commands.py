"""Writes compile_commands.json, by which editors know how each file is
compiled: `make compile_commands.json`.

    make -nB V=1 all | /usr/bin/python3 setup/compile_commands.py OUT

Standard input is what make would do. A file that make compiles in several
ways has the first of them; one that make does not compile has the flags of
what it stands for, as a lab's starter, or those of OTHERS.
"""

import json
import re
import shlex
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
# A file to be laid over the real one: a starter, or a solution.
LAID = re.compile(r"(?:labs/lab\d+|solutions/lab\d+/[\w/]+?)/"
                  r"(?=kernel/|user/)")
HOST = ["gcc", "-std=gnu17", "-Wall", "-Wextra"]
SMALL = [*HOST, "-fno-strict-aliasing", "-DMACHINE_GIANT",
         "-Iproof/search/small", "-Ikernel", "-I."]
KERNELS = None                  # as the kernel's own files
# What is compiled by tests, and graders: for this system, but for harnesses.
OTHERS = (
    (r"grade/[\w/]+/harness\.c|[\w/]*\bmine/|kernel/contracts/", KERNELS),
    (r"proof/search/", SMALL),
    (r"tests/kernel/fuzz/operations\.c", [*SMALL, "-DFUZZING"]),
    (r"proof/compare/", [*HOST, "-I.", "-Ikernel"]),
    (r"tests/kernel/", [*HOST, "-Ikernel"]),
    (r"tests/unix/keeper/", [*HOST, "-Iuser", "-Ikernel"]),
    (r"tests/unix/|bench/unix/", [*HOST, "-pthread"]),
)


def lines_of(text):
    """Commands: what a backslash ends goes on in the next line."""
    return text.replace("\\\n", " ").splitlines()


def sources_of(words):
    """The files that a compiler's words compile: one, or none."""
    if not {"-c", "-S"} & set(words):
        return []
    return [word for word in words[1:]
            if word.endswith((".c", ".S")) and (TOP / word).is_file()
            and not word.startswith("build/")]


def made(text):
    """{file: words} of the commands in what make says."""
    found = {}
    for line in lines_of(text):
        if " -c " not in line and " -S " not in line:
            continue
        try:
            words = shlex.split(line)
        except ValueError:      # a shell's line, and no compiler's
            continue
        for source in sources_of(words):
            found.setdefault(source, words)
    return found


def likewise(words, source, other):
    """The words that compile `other` as they compile `source`."""
    return [other if word == source else word for word in words]


def flags_of(path, commands):
    """The words for a file that make does not compile, or None."""
    real = LAID.sub("", path, count=1)
    if real != path and real in commands:
        return likewise(commands[real], real, path)
    for pattern, words in OTHERS:
        if re.match(pattern, path):
            if words is KERNELS:
                model = next((one for one in commands
                              if one.startswith("kernel/ops/")), None)
                return model and likewise(commands[model], model, path)
            return [*words, "-c", path]
    return None


def everything(commands, paths):
    """The list for compile_commands.json. commands: {file: words} that make
    has; paths: the tree's C files."""
    for path in paths:
        words = commands.get(path) or flags_of(path, commands)
        if words:
            yield {"directory": str(TOP), "file": path, "arguments": words}


def c_files():
    """The tree's own, without what was built."""
    return sorted(path.relative_to(TOP).as_posix()
                  for room in TOP.iterdir()
                  if room.is_dir() and room.name not in ("build", ".git")
                  for path in room.rglob("*.c"))


def main(words):
    if len(words) != 1:
        print("usage: compile_commands.py OUT", file=sys.stderr)
        return 2
    commands = made(sys.stdin.read())
    if not commands:
        print("xo5: make compiles nothing: is this the tree's top?",
              file=sys.stderr)
        return 1
    found = list(everything(commands, c_files()))
    Path(words[0]).write_text(json.dumps(found, indent=1) + "\n",
                              encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
