"""From what the tests said to a mark: papers, late days, overrides.

A mark is made anew from the records and the term's file each time: nothing
here is kept, so that a change of the file changes all that follows from it.
"""

import math
from datetime import datetime, timezone

DAY = 24 * 3600


def handed_in(term, record):
    """(moment or None, what says so) of a hand-in."""
    row = term.handed_in.get((record["lab"], record["name"]))
    if row:
        return row["at"], f"entered by hand: {row['reason']}"
    if not record.get("when"):
        return None, "unknown"
    return datetime.fromtimestamp(record["when"], timezone.utc), record["by"]


def days_late(term, record):
    """How many days, begun ones counted whole, a hand-in is late."""
    due = term.due(record["lab"], record["name"])
    when, _ = handed_in(term, record)
    if due is None or when is None:
        return 0
    return max(0, math.ceil((when - due).total_seconds() / DAY))


def tests_points(term, record):
    """(points, most, [reason]) of the tests, overrides laid over them."""
    points = {t["test"]: t["score"] for t in record.get("tests", [])}
    most = record.get("possible", 0)
    reasons, whole = [], None
    for row in term.overrides:
        if (row["lab"], row["student"]) != (record["lab"], record["name"]):
            continue
        what = row.get("test", "all tests")
        reasons.append(f"{what}: {row['points']:g} points: {row['reason']}")
        if "test" in row:
            points[row["test"]] = row["points"]
        else:
            whole = row["points"]
    return (sum(points.values()) if whole is None else whole), most, reasons


def mark(term, record, free=None):
    """What a hand-in is worth.

    free: late days that its student still has (the term's, if None).
    Points of tests and papers, less the penalty, of `out_of`; None as points
    where it was not graded and nothing was entered for it.
    """
    number, student = record["lab"], record["name"]
    terms = term.lab(number)
    tests, most, reasons = tests_points(term, record)
    papers = term.papers.get((number, student), {})
    given = papers.get("design", 0) + papers.get("answers", 0)
    late = days_late(term, record)
    free = term.late_days if free is None else free
    used = min(late, free)
    percent = min(100, (late - used) * term.late_penalty)
    if term.late_most is not None and late > term.late_most:
        percent = 100
    known = record["graded"] or any("all tests" in r for r in reasons)
    whole = tests + given
    return {"tests": tests, "most": most, "design": papers.get("design"),
            "answers": papers.get("answers"), "note": papers.get("note", ""),
            "out_of": most + terms.design + terms.answers,
            "days_late": late, "days_used": used, "penalty": percent,
            "points": round(whole * (100 - percent) / 100, 2)
            if known else None, "overrides": reasons}


def of_term(term, classes):
    """The term's marks of each student.

    classes: {lab: {student: record}}. Late days are spent in the order of the
    labs. A lab without a hand-in is 0; one that was not graded is None, and
    so is then the student's total.
    """
    names = set(term.students) | {n for one in classes.values() for n in one}
    found = {}
    for name in sorted(names):
        free, total, labs = term.late_days, 0, {}
        for number in sorted(term.labs):
            record = classes.get(number, {}).get(name)
            if record is None:
                labs[number] = None
                continue
            one = labs[number] = mark(term, record, free)
            free -= one["days_used"]
            if one["points"] is None or total is None:
                total = None
            elif one["out_of"]:
                total += one["points"] / one["out_of"] \
                    * term.labs[number].weight
        found[name] = {"labs": labs, "days_left": free,
                       "total": total if total is None else round(total, 2)}
    return found
