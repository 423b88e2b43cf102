"""Draws the tree's C: its folders, and an arrow from each to those whose
headers it includes (`make architecture`).

    /usr/bin/python3 setup/architecture.py [--dot]

An arrow that is implied by others (A to B, B to C, so A to C) is left out; one
that belongs to a circle is red. The text for graphviz depends on the tree
alone, whatever draws it: a test compares it with architecture.dot.
"""

import re
import subprocess
import sys
from pathlib import Path

import check_style

TOP = Path(__file__).resolve().parent.parent
# Parts of the tree that are drawn, each in a box with these words.
PARTS = {"kernel": "ring 0", "user": "ring 3"}
APART = re.compile(r"user/tests|user/lab$")     # programs of their own
DOT = TOP / "architecture.dot"


def folder_of(path):
    return path.rpartition("/")[0]


def sources(root):
    """[path] of the C that is drawn."""
    return [path for path in check_style.list_files(root)
            if path.split("/")[0] in PARTS and path.endswith((".c", ".h", ".S"))
            and folder_of(path) not in PARTS
            and not APART.match(folder_of(path))]


def found_in(path, header, known):
    """The folder of a header that a file includes, or None: it is looked for
    as the compiler does."""
    for base in (folder_of(path), *PARTS):
        name = f"{base}/{header}"
        if name in known:
            return folder_of(name)
    return None


def arrows(root):
    """{folder: folders that it includes} of every folder."""
    paths = sources(root)
    known = set(paths)
    leads = {folder_of(path): set() for path in paths}
    for path in paths:
        here = folder_of(path)
        for line in (root / path).read_text(encoding="utf-8").splitlines():
            found = check_style.INCLUDE.match(line)
            there = found and found_in(path, found.group(2), known)
            if there and there != here:
                leads[here].add(there)
    return leads


def reached(leads, start):
    """The folders that arrows lead to from there."""
    seen, left = set(), [start]
    while left:
        for there in leads[left.pop()] - seen:
            seen.add(there)
            left.append(there)
    return seen


def drawn(leads):
    """[(from, to, whether in a circle)] of the arrows that are drawn."""
    ends = {folder: reached(leads, folder) for folder in leads}

    def joined(a, b):
        return a in ends[b] and b in ends[a]
    for here in sorted(leads):
        for there in sorted(leads[here]):
            between = (other for other in leads[here] - {there}
                       if not joined(other, here)
                       and not joined(other, there))
            if joined(here, there) or not any(there in ends[other]
                                              for other in between):
                yield here, there, joined(here, there)


def dot(root):
    """The figure, for graphviz."""
    leads = arrows(root)
    lines = ["digraph architecture {", "    rankdir=TB; newrank=true;",
             '    node [shape=box, fontname="sans-serif", fontsize=11];',
             '    graph [fontname="sans-serif", fontsize=11];']
    for part, words in PARTS.items():
        lines += [f'    subgraph "cluster_{part}" {{',
                  f'        label="{part}/: {words}"; color=gray;']
        lines += [f'        "{name}" [label="{name.removeprefix(part + "/")}"'
                  "];" for name in sorted(leads) if name.startswith(part + "/")]
        lines.append("    }")
    lines += [f'    "{here}" -> "{there}"' + (" [color=red]" * circle) + ";"
              for here, there, circle in drawn(leads)]
    return "\n".join(lines) + "\n}\n"


def svg(text):
    """The figure, drawn."""
    return subprocess.run(["dot", "-Tsvg"], input=text, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def main(words):
    if words == ["--dot"]:
        sys.stdout.write(dot(TOP))
    elif not words:
        text = dot(TOP)
        DOT.write_text(text, encoding="utf-8")
        DOT.with_suffix(".svg").write_text(svg(text), encoding="utf-8")
    else:
        print("usage: architecture.py [--dot]", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
