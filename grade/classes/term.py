"""A term's one TOML file: dates, weights, marks by hand, hidden tests.

grade/classes/templates/term.toml is one to copy; it says what each key means.
Every key is known and every value is looked at when the file is read, so that
a slip of the pen is one line then, and not a wrong mark in summer.
"""

import os
import secrets
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grade import tree

VISIBLE = ("visible", "hidden", "after_due_date", "after_published")
CARRY = ("best", "own", "reference")


class TermError(Exception):
    """What is wrong with the file: one line that begins with its name."""


@dataclass
class LabTerms:
    """What a term says of one lab."""
    due: datetime | None = None
    weight: float = 0
    design: float = 0       # points at most, given by hand
    answers: float = 0


@dataclass
class Term:
    """A term's file; without one, what holds if nothing is said."""
    name: str = ""
    secret: str = ""
    carry: str = "best"
    published: bool = False
    late_days: int = 0              # a student's, in the whole term
    late_penalty: float = 0         # percent of a lab for each day beyond
    late_most: int | None = None    # what comes later still has no points
    students: tuple = ()
    hidden: Path | None = None
    visibility: str = "after_published"
    past: tuple = ()
    labs: dict = field(default_factory=dict)        # number -> LabTerms
    papers: dict = field(default_factory=dict)      # (lab, student) -> table
    overrides: list = field(default_factory=list)
    extensions: dict = field(default_factory=dict)  # (lab, student) -> table
    handed_in: dict = field(default_factory=dict)   # (lab, student) -> table

    def lab(self, number):
        """What is said of a lab, or what holds if nothing is."""
        return self.labs.get(number) or LabTerms()

    def due(self, number, student):
        """When it is due for that student; None: whenever."""
        more = self.extensions.get((number, student))
        return more["due"] if more else self.lab(number).due

    def named(self):
        """Every student that the file names."""
        return {student for table in (self.papers, self.extensions,
                                      self.handed_in)
                for _, student in table} | {
                    one["student"] for one in self.overrides} | set(
                        self.students)


# ---- kinds of values: each gives what it is, or says what it must be --------

def text(value):
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text in quotes, not empty")
    return value


def yes(value):
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def whole(value):
    if type(value) is not int or value < 0:
        raise ValueError("a whole number, 0 or more")
    return value


def amount(value):
    if type(value) not in (int, float) or not 0 <= value <= 1e6:
        raise ValueError("a number, 0 or more")
    return value


def percent(value):
    if type(value) not in (int, float) or not 0 <= value <= 100:
        raise ValueError("a number from 0 to 100")
    return value


def moment(value):
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("a date, a time and a zone, as "
                         "2026-03-20T23:59:00+01:00")
    return value


def secret(value):
    if isinstance(value, bool) or not isinstance(value, (int, str)) or \
            value == "":
        raise ValueError("a number, or a text in quotes")
    return str(value)


def one_of(*words):
    def kind(value):
        if value not in words:
            raise ValueError("one of " + ", ".join(words))
        return value
    return kind


def texts(value):
    if not isinstance(value, list):
        raise ValueError("a list of texts in quotes")
    return tuple(map(text, value))


TOP_KEYS = {"name": text, "secret": secret, "carry": one_of(*CARRY),
            "published": yes, "late_days": whole, "late_penalty": percent,
            "late_most": whole, "students": texts, "past": texts}
LAB_KEYS = {"due": moment, "weight": amount, "design": amount,
            "answers": amount}
HIDDEN_KEYS = {"folder": text, "visibility": one_of(*VISIBLE)}
ROW = {"student": text, "lab": whole}
ROWS = {"papers": (ROW | {"design": amount, "answers": amount, "note": text},
                   ("student", "lab")),
        "override": (ROW | {"test": text, "points": amount, "reason": text},
                     ("student", "lab", "points", "reason")),
        "extension": (ROW | {"due": moment, "reason": text},
                      ("student", "lab", "due", "reason")),
        "handed_in": (ROW | {"at": moment, "reason": text},
                      ("student", "lab", "at", "reason"))}


def table(value, keys, where, needed=()):
    """A table whose keys and values are all as they must be; TermError."""
    if not isinstance(value, dict):
        raise TermError(f"{where}: must be a table")
    for key in value:
        if key not in keys:
            raise TermError(f"{where}: there is no key {key!r}; there is "
                            + ", ".join(keys))
    for key in needed:
        if key not in value:
            raise TermError(f"{where}: {key} is missing")
    found = {}
    for key, one in value.items():
        try:
            found[key] = keys[key](one)
        except ValueError as error:
            raise TermError(f"{where}: {key} must be {error}") from None
    return found


def read(path, top):
    """The Term in a file; TermError, one line, for whatever is wrong in it.

    top: the tree whose labs and tests it may name. Folders that it names
    are looked for beside the file.
    """
    path = Path(path)
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TermError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TermError(f"{path}: {error}") from None
    parts = {"lab": value.pop("lab", {}), "hidden": value.pop("hidden", None)}
    rows = {kind: value.pop(kind, []) for kind in ROWS}
    known = dict.fromkeys([*TOP_KEYS, *parts, *ROWS])
    for key in value:
        if key not in known:
            raise TermError(f"{path}: there is no key {key!r}; there is "
                            + ", ".join(known))
    term = Term(**table(value, TOP_KEYS, path))
    term.past = tuple(_folder(path, one, "past") for one in term.past)
    _labs(term, parts["lab"], path, tree.labs_in(top))
    if parts["hidden"] is not None:
        hidden = table(parts["hidden"], HIDDEN_KEYS, f"{path}: [hidden]",
                       ("folder", "visibility"))
        term.hidden = _folder(path, hidden["folder"], "[hidden]: folder")
        term.visibility = hidden["visibility"]
    for kind, found in rows.items():
        _rows(term, kind, found, path)
    _students(term, path)
    _tests(term, path, top)
    return term


def by_chance():
    """A secret that nobody knows."""
    return str(secrets.randbelow(10 ** 9) + 1)


def chosen(term, out):
    """The term, with the secret of a class in `out` if it has none: chosen by
    chance the first time, and kept there for who grades the rest."""
    out = Path(out)
    if not term.secret:
        out.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out, prefix=".part-")
        with open(handle, "w", encoding="utf-8") as new:
            new.write(by_chance())
        try:
            os.link(name, out / "secret")   # whole, and only the first one
        except FileExistsError:
            pass
        os.unlink(name)
        term.secret = (out / "secret").read_text(encoding="utf-8")
    return term


def _folder(path, name, where):
    folder = Path(os.path.normpath(path.parent / name))
    if not folder.is_dir():
        raise TermError(f"{path}: {where}: there is no folder {folder}")
    return folder.resolve()


def _labs(term, value, path, labs):
    if not isinstance(value, dict):
        raise TermError(f"{path}: lab: must be tables, as [lab.3]")
    for number, one in value.items():
        where = f"{path}: [lab.{number}]"
        if not number.isdecimal() or int(number) not in labs:
            raise TermError(f"{where}: there is no such lab; there is "
                            + ", ".join(map(str, labs)))
        term.labs[int(number)] = LabTerms(**table(one, LAB_KEYS, where))
    weights = sum(one.weight for one in term.labs.values())
    if weights and abs(weights - 100) > 1e-6:
        raise TermError(f"{path}: the labs' weights add up to {weights:g}, "
                        "not to 100")


def _rows(term, kind, value, path):
    if not isinstance(value, list):
        raise TermError(f"{path}: {kind}: must be tables, as [[{kind}]]")
    keys, needed = ROWS[kind]
    where_to = {"papers": term.papers, "extension": term.extensions,
                "handed_in": term.handed_in}.get(kind)
    seen = set()
    for count, one in enumerate(value, 1):
        where = f"{path}: [[{kind}]] {count}"
        row = table(one, keys, where, needed)
        mark = row["lab"], row["student"], row.get("test")
        if mark in seen:
            raise TermError(f"{where}: {row['student']} and lab {row['lab']} "
                            f"stand in another [[{kind}]] too")
        seen.add(mark)
        if row["lab"] not in term.labs:
            raise TermError(f"{where}: there is no [lab.{row['lab']}]")
        if kind == "papers":
            for paper in ("design", "answers"):
                most = getattr(term.labs[row["lab"]], paper)
                if row.get(paper, 0) > most:
                    raise TermError(f"{where}: {paper} has {row[paper]:g} "
                                    f"of at most {most:g} points")
        if where_to is None:
            term.overrides.append(row)
        else:
            where_to[row["lab"], row["student"]] = row


def _students(term, path):
    strange = term.named() - set(term.students)
    if term.students and strange:
        raise TermError(f"{path}: {min(strange)!r} is not in students")


def lab_table(top, number, hidden=None):
    """The table of labs/labN/lab.toml, with the hidden tests."""
    with open(Path(top) / f"labs/lab{number}/lab.toml", "rb") as file:
        lab = tomllib.load(file)
    if hidden and (hidden / f"lab{number}.toml").is_file():
        with open(hidden / f"lab{number}.toml", "rb") as file:
            lab["test"] += tomllib.load(file).get("test", [])
    return lab


def tests_of(top, number, hidden=None):
    """{test: points} of a lab, with the hidden ones."""
    return {test["name"]: test["points"]
            for test in lab_table(top, number, hidden)["test"]}


def hidden_tests(number, hidden):
    """The names of a lab's hidden tests."""
    file = hidden and hidden / f"lab{number}.toml"
    if not file or not file.is_file():
        return frozenset()
    return frozenset(test["name"] for test in
                     tomllib.loads(file.read_text()).get("test", []))


def _tests(term, path, top):
    for count, one in enumerate(term.overrides, 1):
        tests = tests_of(top, one["lab"], term.hidden)
        most = sum(tests.values())
        if "test" in one:
            if one["test"] not in tests:
                raise TermError(f"{path}: [[override]] {count}: lab "
                                f"{one['lab']} has no test {one['test']}")
            most = tests[one["test"]]
        if one["points"] > most:
            raise TermError(f"{path}: [[override]] {count}: {one['points']:g}"
                            f" points, and there are {most}")
