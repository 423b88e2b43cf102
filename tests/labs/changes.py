"""What can be changed in a lab's reference: mutants of its student-owned files,
one change each.

Every check left out, each side of an `and` or `or` left out, every comparison
shifted or turned round, every store and call left out or done twice, every
constant one off, masks changed. clang says where these are.
"""

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from grade import asked
from tests.labs.solutions import TOP

FLAGS = ("-std=gnu17", "-ffreestanding", "-fsyntax-only", "-w", "-Ikernel",
         "-Iuser", "-Ibuild/gen")
OBJECT_FLAGS = (
    "-std=gnu17", "-O2", "-ffreestanding", "-fno-builtin", "-fpic",
    "-fno-stack-protector", "-mno-red-zone", "-fno-strict-aliasing",
    "-fno-optimize-sibling-calls", "-mgeneral-regs-only",
    "-fno-delete-null-pointer-checks", "-fno-omit-frame-pointer",
    "-fno-asynchronous-unwind-tables", "-w", "-Ikernel", "-Iuser",
    "-Ibuild/gen", "-isystem", "/usr/share/grub")
COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="),
               ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
MASKS = {"&": "|", "|": "&", "^": "|", "+": "-", "-": "+", "<<": ">>",
         ">>": "<<", "&=": "|=", "|=": "&=", "+=": "-=", "-=": "+="}
STORES = ("BinaryOperator", "CompoundAssignOperator", "UnaryOperator",
          "CallExpr")


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
    nth: int = 1        # of those that would have the same name

    @property
    def name(self):
        """What mutants.toml calls it: no number of a line is in it."""
        return (f"{self.function}: {self.what}: {' '.join(self.old.split())}"
                + (f" ({self.nth})" if self.nth > 1 else ""))

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

    def _defined(self):
        """(node, body) of each function that is defined in the file itself."""
        for node in self.tree["inner"]:
            body = [child for child in node.get("inner", ())
                    if child["kind"] == "CompoundStmt"]
            if node["kind"] == "FunctionDecl" and body and \
                    "includedFrom" not in node["loc"] and self._is_here(node):
                yield node, body[0]

    def mutants(self):
        """All mutants of the functions that are defined in it."""
        for node, body in self._defined():
            self.function = node["name"]
            self._walk(body, None)
        return self.found

    def public(self):
        """The names of those of its functions that others can call."""
        return [node["name"] for node, _ in self._defined()
                if node.get("storageClass") != "static"]

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


def changed(mutant):
    """The bytes of its file, with the change."""
    data = (TOP / mutant.path).read_bytes()
    return data[:mutant.start] + mutant.text.encode() + data[mutant.end:]


def object_code(path, data):
    """What the compiler makes of a file of these bytes; None if it does not
    compile."""
    done = subprocess.run(
        ["gcc", *OBJECT_FLAGS, f"-I{Path(path).parent}", "-S", "-x", "c",
         "-", "-o", "-"], cwd=TOP, input=data, capture_output=True, check=False,
        env={**os.environ, "CCACHE_DISABLE": "1"})
    return done.stdout if done.returncode == 0 else None


def mutants_of(lab, exercise=None, only=""):
    """The mutants of a lab, or of one of its exercises; those whose texts are
    alike are numbered, each exercise by itself."""
    found, seen, alike = [], set(), Counter()
    for part in asked.read_lab(TOP, lab)["exercise"]:
        if exercise not in (None, part["id"]):
            continue
        for mutant in File(part).mutants():
            key = mutant.path, mutant.start, mutant.end, mutant.text
            if key in seen:
                continue
            seen.add(key)
            alike[part["id"], mutant.name] += 1
            found.append(replace(mutant, nth=alike[part["id"], mutant.name]))
    return [mutant for mutant in found if only in str(mutant)]
