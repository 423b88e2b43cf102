"""A class's reports: class.json, class.csv, index.html, and one page for each
student. All pages stand alone: no script, nothing from elsewhere. Whatever a
hand-in has brought along is escaped, control characters included.
"""

import csv
import io
import json
import re
import shutil
import statistics
from datetime import datetime, timezone
from pathlib import Path

from grade.classes import marks, state

HERE = Path(__file__).parent
BINS = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e"
                      r"\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_PARTS = re.compile(r"^(rule|asked|found):[ ]*", re.M)


def clean(text):
    """Without characters that steer a terminal, or that no page may hold."""
    return _CONTROL.sub(lambda c: f"\\x{ord(c[0]):02x}", str(text))


def cleaned(value):
    """The same for all the texts in a value."""
    if isinstance(value, dict):
        return {clean(k): cleaned(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(v) for v in value]
    return clean(value) if isinstance(value, str) else value


def parts(words):
    """{rule, asked, found, rest} of what a failed test says."""
    pieces = _PARTS.split(words)
    found = {"rest": pieces[0].strip(), "rule": "", "asked": "", "found": ""}
    for name, text in zip(pieces[1::2], pieces[2::2]):
        text = re.sub(r"^ {7}", "", text, flags=re.M)   # as it is printed
        found[name] = (found[name] + "\n" + text).strip("\n")
    return found


def may_see(term, lab, now=None):
    """Whether students may see hidden tests on their pages."""
    if term.visibility == "after_published":
        return term.published
    if term.visibility == "after_due_date":
        due = term.lab(lab).due
        return bool(due) and (now or datetime.now(timezone.utc)) > due
    return term.visibility == "visible"


def pages():
    """jinja2's templates; everything is escaped, nothing missing is empty."""
    import jinja2
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=lambda value: clean(value)
        if type(value) is str else value)
    env.filters |= {"points": lambda n: "" if n is None else f"{n:g}",
                    "parts": parts}
    return env


class Class:
    """A class's records, as its reports need them.

    lab: the table of lab.toml; records: in the order of the pages.
    """

    def __init__(self, lab, term, records, similar=(), note=""):
        self.lab, self.term = lab, term
        self.records = cleaned(list(records))
        self.similar, self.note = cleaned(list(similar)), note
        for one in self.records:
            one["mark"] = cleaned(marks.mark(term, one))
            when, by = marks.handed_in(term, one)
            one["handed_in"] = when.isoformat(timespec="minutes") if when \
                else "unknown"
            one["handed_in_by"] = by
            one["exercises"] = exercises(lab, one)
            one["failures"] = failures(one)
        names = {one["name"] for one in self.records}
        self.missing = [n for n in term.students if n not in names]
        self.unknown = sorted({row["student"] for row in self._rows()} - names
                              - set(term.students))

    def _rows(self):
        number = self.lab["number"]
        return [row for table in (self.term.papers, self.term.extensions,
                                  self.term.handed_in)
                for (lab, _), row in table.items() if lab == number] + \
            [row for row in self.term.overrides if row["lab"] == number]

    @property
    def graded(self):
        return [one for one in self.records if one["graded"]]

    def numbers(self):
        """Of the tests' points: mean, median and so on; None if none is."""
        points = [one["mark"]["tests"] for one in self.graded]
        if not points:
            return None
        quarters = statistics.quantiles(points, n=4, method="inclusive") \
            if len(points) > 1 else [points[0]] * 3
        return {"mean": round(statistics.mean(points), 1),
                "median": quarters[1], "lower": quarters[0],
                "upper": quarters[2], "least": min(points),
                "most": max(points)}

    def bars(self):
        """[(label, count)]: how many hand-ins have how many points."""
        most = max([one["possible"] for one in self.records] or [0]) or 1
        counts = [0] * (BINS + 1)
        for one in self.graded:
            counts[min(BINS, int(one["mark"]["tests"] * BINS / most))] += 1
        edges = [most * n / BINS for n in range(BINS + 1)]
        return [(f"{edges[n]:g} to {edges[n + 1] - 1:g}", counts[n])
                for n in range(BINS)] + [(f"{most:g}", counts[BINS])]

    def hardest(self):
        """Each test with who failed it, the most often failed one first."""
        tests = {}
        for one in self.graded:
            for test in one["tests"]:
                row = tests.setdefault(test["test"], {
                    "test": test["test"], "exercise": test["exercise"],
                    "most": test["most"], "failed": [], "of": 0})
                row["of"] += 1
                if not test["passed"]:
                    row["failed"].append(one)
        return sorted(tests.values(), key=lambda r: (
            -len(r["failed"]) / r["of"], r["exercise"], r["test"]))

    def exercise_means(self):
        """[(exercise, mean of points, most)] over what was graded."""
        found = []
        for at, one in enumerate(self.lab["exercise"]):
            points = [r["exercises"][at]["points"] for r in self.graded]
            most = [r["exercises"][at]["most"] for r in self.graded]
            if points:
                found.append((one, round(statistics.mean(points), 1),
                              max(most)))
        return found


def exercises(lab, record):
    """[{id, title, file, points, most, tests}] of a record."""
    found = []
    for one in lab["exercise"]:
        tests = [t for t in record["tests"] if t["exercise"] == one["id"]]
        found.append({"id": one["id"], "title": one["title"],
                      "file": one["file"], "tests": tests,
                      "points": sum(t["score"] for t in tests),
                      "most": sum(t["most"] for t in tests)})
    return found


def failures(record):
    """[{words, hidden, tests}]: failed tests, those that say the same
    together; hidden ones apart."""
    found = {}
    for test in record["tests"]:
        if not test["passed"]:
            found.setdefault((test["words"], test["hidden"]),
                             []).append(test)
    return [{"words": words, "hidden": hidden, "tests": tests}
            for (words, hidden), tests in found.items()]


def as_csv(whole):
    """class.csv: a line for each student. What a spreadsheet would take for
    a formula gets a quote in front."""
    text = io.StringIO()
    out = csv.writer(text)
    ids = [one["id"] for one in whole.lab["exercise"]]
    out.writerow(["student", "status", "points", "out_of", "tests",
                  *ids, "design", "answers", "days_late", "penalty_percent",
                  "handed_in", "reason"])
    for one in whole.records:
        mark = one["mark"]
        out.writerow([cell(value) for value in (
            one["name"], "graded" if one["graded"] else "not graded",
            mark["points"], mark["out_of"], mark["tests"] if one["graded"]
            else None, *(e["points"] if one["graded"] else None
                         for e in one["exercises"]),
            mark["design"], mark["answers"], mark["days_late"],
            mark["penalty"], one["handed_in"], one.get("reason", ""))])
    for name in whole.missing:
        out.writerow([cell(name), "nothing handed in", 0])
    return text.getvalue()


def cell(value):
    """A value as class.csv and marks.csv hold it."""
    if isinstance(value, str) and value[:1] in tuple("=+-@\t"):
        return "'" + value
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else value


def write(out, whole):
    """Writes all reports into `out`; pages of others are removed."""
    out, lab = Path(out), whole.lab
    env, now = pages(), datetime.now().astimezone()
    values = {"whole": whole, "lab": lab, "term": whole.term,
              "date": now.isoformat(" ", "minutes")}
    state.write_whole(out / "class.json", json.dumps({
        "lab": lab["number"], "date": values["date"],
        "numbers": whole.numbers(), "students": whole.records,
        "missing": whole.missing, "similar": whole.similar}, indent=1))
    state.write_whole(out / "class.csv", as_csv(whole))
    shutil.rmtree(out / "students", ignore_errors=True)
    shown = may_see(whole.term, lab["number"], now)
    page = env.get_template("student.html")
    for one in whole.records:
        state.write_whole(out / f"students/{one['id']}.html",
                          page.render(one=one, shown=shown, **values))
    state.write_whole(out / "index.html",
                      env.get_template("class.html").render(**values))
