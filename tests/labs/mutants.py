"""Mutants of a lab's reference: what no test of the lab notices.

    python3 -m tests.labs.mutants LAB [--exercise 3.1] [--only TEXT]
                                  [--sample N] [--list]

Makes wrong solutions of the reference's student-owned files, one change each:
every check left out, each side of an `and` or `or` left out, every comparison
shifted or turned round, every store and call left out or done twice, every
constant one off, masks changed. clang says where these are. Each mutant is
built, and the tests of its exercise are run until one fails. Those that none
catches are listed, unless tests/labs/mutants.toml says why they are right:
then they differ in nothing that the contract promises.

The exit status is 0 if every survivor is explained.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from grade import asked, build
from tests.labs import solutions
from tests.labs.solutions import TOP

EXPLAINED = TOP / "tests/labs/mutants.toml"
FLAGS = ("-std=gnu17", "-ffreestanding", "-fsyntax-only", "-w", "-Ikernel",
         "-Iuser", "-Ibuild/gen")
COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="),
               ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
MASKS = {"&": "|", "|": "&", "^": "|", "+": "-", "-": "+", "<<": ">>",
         ">>": "<<", "&=": "|=", "|=": "&=", "+=": "-=", "-=": "+="}
STORES = ("BinaryOperator", "CompoundAssignOperator", "UnaryOperator",
          "CallExpr")
SHOWN = 60                  # characters of a mutant's text


@dataclass(frozen=True)
class Mutant:
    """One change: `text` in place of the bytes [start, end) of a file."""
    exercise: str
    path: str
    function: str
    line: int
    what: str
    old: str
    start: int
    end: int
    text: str

    @property
    def name(self):
        """What mutants.toml calls it: no number of a line is in it."""
        return f"{self.function}: {self.what}: {' '.join(self.old.split())}"

    def __str__(self):
        return f"{self.path}:{self.line}: {self.name}"


class File:
    """A student-owned file of the reference, as clang sees it."""

    def __init__(self, exercise):
        self.exercise, self.path = exercise["id"], exercise["file"]
        self.data = (TOP / self.path).read_bytes()
        done = subprocess.run(
            ["clang", *FLAGS, "-Xclang", "-ast-dump=json", self.path],
            cwd=TOP, capture_output=True, check=True,
            env={**os.environ, "CCACHE_DISABLE": "1"})
        self.tree = json.loads(done.stdout)
        self.function, self.found = "", []

    def mutants(self):
        """All mutants of the functions that are defined in it."""
        for node in self.tree["inner"]:
            # Only what has a body, and stands in the file itself.
            body = [child for child in node.get("inner", ())
                    if child["kind"] == "CompoundStmt"]
            if node["kind"] == "FunctionDecl" and body and \
                    "includedFrom" not in node["loc"] and self._is_here(node):
                self.function = node["name"]
                self._walk(body[0], None)
        return self.found

    def _is_here(self, node):
        """True if the name really stands at that place of this file."""
        at = node["loc"].get("offset")
        name = node["name"].encode()
        return at is not None and self.data[at:at + len(name)] == name

    # ---- places -------------------------------------------------------------

    @staticmethod
    def _place(end):
        """(offset, length of the word there, whether a macro made it)."""
        spot = end.get("expansionLoc", end)
        return (spot.get("offset"), spot.get("tokLen", 0),
                "expansionLoc" in end)

    def _span(self, node):
        """[start, end) of a node; None if it is inside of a macro."""
        start, _, from_macro = self._place(node["range"]["begin"])
        last, length, to_macro = self._place(node["range"]["end"])
        if start is None or last is None or (
                from_macro and to_macro and start == last
                and node["kind"] not in ("IntegerLiteral",)
                and not self._is_word(start, length)):
            return None
        return start, last + length

    def _is_word(self, start, length):
        word = self.data[start:start + length].decode()
        after = self.data[start + length:start + length + 1]
        return word.isidentifier() and after != b"("

    def _text(self, span):
        return self.data[slice(*span)].decode()

    def _add(self, what, span, text):
        start, end = span
        old = self._text(span)
        if old != text:
            self.found.append(Mutant(
                self.exercise, self.path, self.function,
                self.data.count(b"\n", 0, start) + 1, what, old, start, end,
                text))

    # ---- changes ------------------------------------------------------------

    def _walk(self, node, parent):
        kind = node.get("kind", "")
        change = getattr(self, f"_{kind}", None)
        span = self._span(node) if "range" in node else None
        if span and change:
            change(node, span)
        if span and parent in ("CompoundStmt", "IfStmt") and kind in STORES:
            self._statement(node, span)
        for child in node.get("inner", ()):
            self._walk(child, kind)

    def _statement(self, node, span):
        """A store or a call for its effect: left out, and done twice."""
        if node["kind"] == "UnaryOperator" and \
                node["opcode"] not in ("++", "--"):
            return
        if node["kind"] == "BinaryOperator" and node["opcode"] != "=":
            return
        if self.data[span[1]:span[1] + 1] != b";":
            return
        self._add("left out", span, "(void)0")
        if node["kind"] != "BinaryOperator":
            self._add("twice", span, "{0}, {0}".format(self._text(span)))

    def _IfStmt(self, node, _):
        span = self._span(node["inner"][0])
        if span:
            self._add("never", span, f"(({self._text(span)}), 0)")
            self._add("always", span, f"(({self._text(span)}), 1)")

    def _BinaryOperator(self, node, span):
        left, right = (self._span(child) for child in node["inner"][:2])
        if not left or not right:
            return
        sign = node["opcode"]
        between = self._text((left[1], right[0]))
        at = left[1] + between.find(sign)
        place = at, at + len(sign)
        if sign not in between:
            return
        if sign in ("&&", "||"):
            self._add("the first alone", span, self._text(left))
            self._add("the second alone", span, self._text(right))
        for other in COMPARISONS.get(sign, ()):
            self._sign(span, place, other)
        if sign in MASKS:
            self._sign(span, place, MASKS[sign])

    _CompoundAssignOperator = _BinaryOperator

    def _sign(self, span, place, other):
        """Another sign in place of one."""
        text = self._text((span[0], place[0])) + other + \
            self._text((place[1], span[1]))
        self._add(f"by {other}", span, text)

    def _UnaryOperator(self, node, span):
        if node["opcode"] in ("!", "~"):
            self._add(f"without {node['opcode']}", span,
                      self._text(span)[1:])

    def _ConditionalOperator(self, node, span):
        _, one, other = (self._span(child) for child in node["inner"][:3])
        if one and other:
            self._add("always the first", span, self._text(one))
            self._add("always the second", span, self._text(other))

    def _IntegerLiteral(self, _, span):
        text = self._text(span)
        if text[:1].isdigit() or text.isidentifier():
            self._add("one more", span, f"({text} + 1)")
            if text != "0":
                self._add("one less", span, f"({text} - 1)")


def mutants_of(lab, exercise=None, only=""):
    """The mutants of a lab, or of one of its exercises."""
    found, seen = [], set()
    for part in asked.read_lab(TOP, lab)["exercise"]:
        if exercise in (None, part["id"]):
            for mutant in File(part).mutants():
                key = mutant.path, mutant.start, mutant.end, mutant.text
                if key not in seen and only in str(mutant):
                    seen.add(key)
                    found.append(mutant)
    return found


def explanations():
    """{name: why it is right} of mutants that nobody has to catch."""
    with open(EXPLAINED, "rb") as file:
        return tomllib.load(file)["right"]


def tests_of(lab, exercise):
    """The names of an exercise's tests, those of whole boots last."""
    tests = [t for t in asked.read_lab(TOP, lab)["test"]
             if t["exercise"] == exercise]
    return [t["name"] for t in sorted(
        tests, key=lambda t: t["name"].startswith(("test_program_",
                                                   "test_machine_")))]


def caught(lab, mutant, work):
    """What caught a mutant: a test's name, "the compiler", or None."""
    submission = solutions.copy_owned(lab, TOP, Path(work) / "mutant")
    data = (TOP / mutant.path).read_bytes()
    (submission / mutant.path).write_bytes(
        data[:mutant.start] + mutant.text.encode() + data[mutant.end:])
    try:
        found = solutions.verdicts(lab, submission,
                                   tests_of(lab, mutant.exercise), work,
                                   options=("-x",))
    except build.BuildError:
        return "the compiler"
    return next((name for name, verdict in found.items()
                 if not verdict["passed"]), None)


def survivors(lab, mutants, tell=print):
    """Those of the mutants that nothing catches, and nothing explains."""
    left, right = [], explanations()
    for number, mutant in enumerate(mutants, 1):
        if mutant.name in right:
            tell(f"{number}/{len(mutants)} right     {mutant}")
            continue
        with tempfile.TemporaryDirectory(prefix="xo5-mutant-") as work:
            by = caught(lab, mutant, work)
        if by is None:
            left.append(mutant)
        tell(f"{number}/{len(mutants)} "
             + (f"caught    {mutant} (by {by})" if by
                else f"SURVIVES  {mutant}\n    {mutant.text[:SHOWN]}"))
    return left


def sample(mutants, count):
    """So many of them, evenly."""
    step = max(1, len(mutants) // count) if count else 1
    return mutants[::step][:count or None]


def main(words=None):
    """Tries the mutants; 0 if every survivor is explained."""
    parser = argparse.ArgumentParser(prog="tests.labs.mutants")
    parser.add_argument("lab", type=int)
    parser.add_argument("--exercise")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(words)
    mutants = sample(mutants_of(options.lab, options.exercise, options.only),
                     options.sample)
    if options.list:
        for mutant in mutants:
            print(f"{mutant}\n    {mutant.text}")
        return 0
    left = survivors(options.lab, mutants,
                     lambda line: print(line, flush=True))
    print(f"lab {options.lab}: {len(mutants)} mutants, {len(left)} survive "
          "unexplained")
    for mutant in left:
        print(f"  {mutant}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
