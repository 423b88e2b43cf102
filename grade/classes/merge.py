"""What is made of classes that are graded: one of parts that several machines
graded, a term's marks of its labs, and a list of questions."""

import csv
import io
import json
import shutil
from datetime import datetime
from pathlib import Path

from grade.classes import marks, questions, report, state


class MergeError(Exception):
    """Why parts cannot be put together; one line."""


def records_in(folder):
    """{id: record} of a graded class; MergeError if it is none."""
    found = state.State(folder).all()
    if not found:
        raise MergeError(f"{folder}: nothing has been graded there")
    labs = {one["lab"] for one in found.values()}
    if len(labs) > 1:
        raise MergeError(f"{folder}: holds labs "
                         + " and ".join(map(str, sorted(labs))))
    return found


def merge(out, parts, term, publish):
    """Puts the parts of a class together in `out`, and reports on it.

    A hand-in that two parts have was graded in one of them only, or is the
    same in both. Exit status as of grading. MergeError: no part; parts of two
    labs; two parts that graded other bytes, or by another kit or secret.
    """
    held = state.lock(out, None)
    found, home = {}, {}
    for part in parts:
        for key, one in records_in(part).items():
            other = found.get(key)
            if other and other["graded"] and one["graded"] and \
                    other["key"] != one["key"]:
                raise MergeError(f"{one['name']}: {home[key]} and {part} "
                                 "graded different files, or by another kit")
            if not other or one["graded"] and not other["graded"]:
                found[key], home[key] = one, part
    labs = sorted({one["lab"] for one in found.values()})
    if len(labs) > 1:
        raise MergeError("parts of labs " + " and ".join(map(str, labs)))
    for key, one in found.items():
        for kind in ("handins", "graded"):
            source, dest = Path(home[key]) / kind / key, Path(out) / kind / key
            if source.is_dir() and source.resolve() != dest.resolve():
                shutil.rmtree(dest, ignore_errors=True)
                shutil.copytree(source, dest)
        state.State(out).write(one)
    publish(out, labs[0], term, list(found.values()))
    del held
    return int(not all(one["graded"] for one in found.values()))


def marks_of_term(out, folders, term):
    """Writes marks.json, marks.csv and marks.html of a term into `out`."""
    classes = {}
    for folder in folders:
        records = records_in(folder).values()
        number = next(iter(records))["lab"]
        if number in classes:
            raise MergeError(f"{folder}: another folder is lab {number}'s "
                             "too")
        if number not in term.labs:
            raise MergeError(f"{folder}: the term's file has no "
                             f"[lab.{number}]")
        classes[number] = {one["name"]: one for one in records}
    found = report.cleaned(marks.of_term(term, classes))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["student", *(f"lab{n}" for n in sorted(term.labs)),
                     "late_days_left", "total"])
    for name, one in found.items():
        writer.writerow([report.cell(value) for value in (
            name, *map(_points, one["labs"].values()), one["days_left"],
            "open" if one["total"] is None else one["total"])])
    out = Path(out)
    state.write_whole(out / "marks.csv", text.getvalue())
    state.write_whole(out / "marks.json", json.dumps(found, indent=1))
    state.write_whole(out / "marks.html", report.pages().get_template(
        "term.html").render(term=term, marks=found, date=_now()))
    print(f"{len(found)} students: {out / 'marks.html'}")
    return 0


def _points(mark):
    """A lab's cell in marks.csv."""
    if mark is None:
        return 0                # nothing was handed in
    return "not graded" if mark["points"] is None else mark["points"]


def questions_of(top, out, term, count):
    """Writes questions.html of a graded class, `count` for each student."""
    out, students = Path(out), []
    records = sorted(records_in(out).values(), key=lambda one: one["name"])
    for one in records:
        drawn = questions.draw(out / "handins" / one["id"], top, one["lab"],
                               f"{term.secret} {one['id']}", count)
        students.append((one["name"], [vars(q) for q in drawn]))
    state.write_whole(out / "questions.html", report.pages().get_template(
        "questions.html").render(
            lab={"number": records[0]["lab"]}, date=_now(),
            students=report.cleaned(students)))
    print(f"{len(students)} students: {out / 'questions.html'}")
    return 0


def _now():
    return datetime.now().astimezone().isoformat(" ", "minutes")
