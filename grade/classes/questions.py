"""Questions for a check-off meeting, drawn from what a student wrote.

Nothing is understood here. The lines in which a student's files differ from
the starters are looked through for what can be asked about: a check before
another, a store, a loop, a function of one's own. Who wrote them can answer;
who did not has at least to read them. The same hand-in gets the same
questions, as long as the term's secret is the same.
"""

import difflib
import random
import re
from dataclasses import dataclass
from pathlib import Path

from grade import tree

COUNT = 5
SHOWN = 90          # characters of a line that are shown
_REFUSES = re.compile(r"\breturn\s+(E_[A-Z0-9_]+)\s*;")
# Through a pointer, into an array or a record: others may see it.
_STORE = re.compile(r"\s+\*?\w[^=();]*(?:->|\[|\.)[^=;]*"
                    r"(?:[-+|&^]?=(?!=).*|\+\+|--);")
_CALL = re.compile(r"\s+(?!return\b|if\b|while\b|for\b)\w+\(.*\);\s*\Z")
_LOOP = re.compile(r"\s*(?:for|while)\s*\(")
_FUNCTION = re.compile(r"(?!\s)(?:[\w*]+\s+)+\*?(\w+)\([^;]*\Z")
_MASK = re.compile(r"<<|>>|~|0x[0-9a-f]{2,}", re.I)
_NAME = re.compile(r"(?!\s)(?:[\w*]+\s+)+\*?(\w+)\(")
_COMMENT = re.compile(r"\s*(?:/\*|\*|//)")


@dataclass(frozen=True)
class Line:
    """A line that a student wrote."""
    file: str
    number: int
    text: str
    function: str
    condition: str      # of the `if` just above it, or ""

    def shown(self):
        """It, or the condition that leads to it, in one short line."""
        text = self.condition or self.text
        text = " ".join(text.split())
        return text if len(text) <= SHOWN else text[:SHOWN] + "..."


@dataclass(frozen=True)
class Question:
    """One question, about a line of a file."""
    file: str
    line: int
    code: str
    kind: str
    text: str


def own_lines(path, now, starter):
    """The Lines of `now` that are not the starter's."""
    lines, old = now.splitlines(), starter.splitlines()
    theirs = set()
    for word, _, _, first, past in difflib.SequenceMatcher(
            None, old, lines, autojunk=False).get_opcodes():
        if word in ("insert", "replace"):
            theirs |= set(range(first, past))
    found, function, condition = [], "", ""
    for at, text in enumerate(lines):
        named = _NAME.match(text)
        function = named[1] if named else function
        if _COMMENT.match(text) or not text.strip():
            continue
        if re.match(r"\s*(?:\}\s*else\s+)?if\s*\(", text):
            condition = text.strip().rstrip("{").strip()
        elif condition and not condition.endswith(")") and \
                not _REFUSES.search(text):
            condition += " " + text.strip().rstrip("{").strip()
        if at in theirs:
            refuses = bool(_REFUSES.search(text))
            found.append(Line(path, at + 1, text, function,
                              condition if refuses else ""))
        if _REFUSES.search(text) or text.strip() == "}":
            condition = ""
    return found


def of_lines(lines):
    """[Question]: all that can be asked about these lines of one file."""
    found, before = [], None

    def ask(line, kind, text):
        found.append(Question(line.file, line.number, line.shown(), kind,
                              text))
    for line in lines:
        refuses = _REFUSES.search(line.text)
        if refuses:
            ask(line, "check", f"This refuses with {refuses[1]}. Say a call "
                "that only this check stops. What could a stranger do "
                "without it?")
            if before and before.function == line.function:
                ask(line, "order", f"This comes after line {before.number}, "
                    f"\"{before.shown()}\". What does it rely on there? Say "
                    "a call that would tell if the two changed places.")
            before = line
        elif _LOOP.match(line.text):
            ask(line, "loop", "How often can this go round at most, and why "
                "does it end? Who decides how often?")
        elif _STORE.match(line.text) or _CALL.match(line.text):
            ask(line, "missing", "What if this line were missing? Which "
                "promise is broken, who sees it first, and which test?")
            ask(line, "move", "May this stand one line earlier, or later? "
                "What could another processor see in between?")
        elif _FUNCTION.match(line.text):
            ask(line, "function", f"Who calls {line.function}, and what must "
                "be true before? What does it promise?")
        if _MASK.search(line.text):
            ask(line, "bits", "Which bits are these, and what happens to the "
                "others? Where does the manual say so?")
    return found


def _mixed(pile):
    """The same questions, so that from the end on each kind comes in turn."""
    seen = {}
    for one in pile:
        seen[one.kind] = seen.get(one.kind, 0) + 1
    left, turns = dict(seen), []
    for at, one in enumerate(pile):
        left[one.kind] -= 1
        turns.append((-left[one.kind], at, one))
    return [one for *_, one in sorted(turns, key=lambda turn: turn[:2])]


def draw(folder, top, lab, seed, count=COUNT):
    """`count` Questions about a hand-in, spread over its files; fewer where
    there is less to ask about."""
    choice, piles = random.Random(seed), []
    for path in tree.labs_in(top)[lab].owned:
        file, starter = Path(folder) / path, \
            Path(top) / f"labs/lab{lab}" / path
        if not file.is_file() or file.is_symlink():
            continue
        old = starter.read_text() if starter.is_file() else ""
        pile = of_lines(own_lines(
            path, file.read_text(encoding="utf-8", errors="replace"), old))
        choice.shuffle(pile)
        piles.append(_mixed(pile))
    found, lines = [], set()
    while len(found) < count and any(piles):
        for pile in piles:
            while pile:
                one = pile.pop()
                if (one.file, one.line) not in lines:
                    lines.add((one.file, one.line))
                    found.append(one)
                    break
    return sorted(found[:count], key=lambda q: (q.file, q.line))
