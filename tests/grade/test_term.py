"""A term's file: each slip is one clear line; and what marks follow."""

import re
import shutil
from datetime import datetime, timedelta, timezone

import pytest

from grade.classes import marks, term as terms
from tests.grade.classes import TOP

TEMPLATE = TOP / "grade/classes/templates/term.toml"
DUE = datetime(2026, 1, 30, 23, 59, tzinfo=timezone(timedelta(hours=1)))
LAB = "[lab.1]\ndue = 2026-01-30T23:59:00+01:00\nweight = 100\n" \
      "design = 10\nanswers = 10\n"
ROW = "student = 'ann'\nlab = 1\n"


def read(folder, text):
    (folder / "term.toml").write_text(text)
    return terms.read(folder / "term.toml", TOP)


def record(name="ann", late=0, graded=True, score=80):
    when = (DUE + timedelta(days=late)).timestamp()
    return {"id": name, "name": name, "lab": 1, "graded": graded, "key": "k",
            "when": when, "by": "the archive's date", "possible": 100,
            "notes": [], "said": "", "compiler": "",
            "reason": "" if graded else "why",
            "tests": [{"test": "test_info_plain", "exercise": "1.1",
                       "score": score, "most": 100, "passed": score == 100,
                       "words": "", "hidden": False}] if graded else []}


def test_template(tmp_path):
    """It is right as it is, and with every comment that is a key."""
    term = terms.read(TEMPLATE, TOP)
    assert sum(one.weight for one in term.labs.values()) == 100
    assert term.late_days == 4 and term.secret == "20260105"
    text = re.sub(r"^# (?=\w+ = |\[)", "", TEMPLATE.read_text(), flags=re.M)
    for folder in ("hidden", "past/2025"):
        (tmp_path / folder).mkdir(parents=True)
    term = read(tmp_path, text)
    assert term.overrides and term.papers and term.extensions
    assert term.hidden == tmp_path / "hidden" and len(term.past) == 1
    assert term.students == ("ann", "ben")
    every = set(terms.TOP_KEYS) | set(terms.LAB_KEYS) | {
        key for keys, _ in terms.ROWS.values() for key in keys}
    assert all(re.search(rf"^{key} = ", text, re.M) for key in every)


@pytest.mark.parametrize("text, words", [
    ("nam = 'x'", "there is no key 'nam'; there is name, secret, "),
    ("name = 3", "name must be a text in quotes, not empty"),
    ("published = 'no'", "published must be true or false"),
    ("late_days = -1", "late_days must be a whole number, 0 or more"),
    ("late_penalty = 101", "late_penalty must be a number from 0 to 100"),
    ("carry = 'mine'", "carry must be one of best, own, reference"),
    ("secret = true", "secret must be a number, or a text in quotes"),
    ("students = 'ann'", "students must be a list of texts in quotes"),
    ("past = ['old']", "past: there is no folder "),
    ("lab = 3", "lab: must be tables, as [lab.3]"),
    ("[lab.9]", "[lab.9]: there is no such lab; there is 1, 2, 3, 4, 5"),
    ("[lab.1]\nweigth = 3", "[lab.1]: there is no key 'weigth'; there is "),
    ("[lab.1]\ndue = 2026-01-30", "[lab.1]: due must be a date, a time and a "
     "zone, as 2026-03-20T23:59:00+01:00"),
    ("[lab.1]\ndue = 2026-01-30T12:00:00", "a zone"),
    ("[lab.1]\nweight = 30\n[lab.2]\nweight = 30",
     "the labs' weights add up to 60, not to 100"),
    ("[hidden]\nfolder = '.'", "[hidden]: visibility is missing"),
    ("[hidden]\nfolder = 'no'\nvisibility = 'hidden'",
     "[hidden]: folder: there is no folder "),
    ("[hidden]\nfolder = '.'\nvisibility = 'never'", "visibility must be one "
     "of visible, hidden, after_due_date, after_published"),
    ("papers = 3", "papers: must be tables, as [[papers]]"),
    (f"{LAB}[[papers]]\n{ROW}design = 11",
     "[[papers]] 1: design has 11 of at most 10 points"),
    (f"{LAB}[[papers]]\n{ROW}[[papers]]\n{ROW}",
     "[[papers]] 2: ann and lab 1 stand in another [[papers]] too"),
    (f"{LAB}[[papers]]\nstudent = 'ann'\nlab = 2",
     "[[papers]] 1: there is no [lab.2]"),
    (f"{LAB}[[override]]\n{ROW}points = 3",
     "[[override]] 1: reason is missing"),
    (f"{LAB}[[override]]\n{ROW}points = 3\nreason = ''",
     "[[override]] 1: reason must be a text in quotes, not empty"),
    (f"{LAB}[[override]]\n{ROW}points = 101\nreason = 'x'",
     "[[override]] 1: 101 points, and there are 100"),
    (f"{LAB}[[override]]\n{ROW}points = 1\nreason = 'x'\ntest = 'test_no'",
     "[[override]] 1: lab 1 has no test test_no"),
    (f"students = ['ben']\n{LAB}[[papers]]\n{ROW}",
     "'ann' is not in students"),
    ("name = ", "term.toml: "), ("a = 1\na = 2", "term.toml: "),
])
def test_each_slip_is_one_line(tmp_path, text, words):
    with pytest.raises(terms.TermError) as error:
        read(tmp_path, text)
    line = str(error.value)
    assert words in line and "\n" not in line
    assert line.startswith(str(tmp_path / "term.toml"))


def test_no_file(tmp_path):
    with pytest.raises(terms.TermError, match="No such file"):
        terms.read(tmp_path / "no.toml", TOP)


def test_late_days(tmp_path):
    """The free ones first, then so many percent a day, then nothing."""
    term = read(tmp_path, "late_days = 2\nlate_penalty = 10\nlate_most = 5\n"
                + LAB)
    found = [marks.mark(term, record(late=days))
             for days in (-1, 0, 0.001, 2, 2.5, 4, 5, 5.1)]
    assert [one["days_late"] for one in found] == [0, 0, 1, 2, 3, 4, 5, 6]
    assert [one["points"] for one in found] == [
        80, 80, 80, 80, 72, 64, 56, 0]
    assert found[0]["out_of"] == 120


def test_marks_by_hand(tmp_path):
    term = read(tmp_path, LAB + f"[[papers]]\n{ROW}design = 8\nanswers = 9.5"
                f"\n[[extension]]\n{ROW}due = 2026-02-03T00:00:00+01:00\n"
                "reason = 'ill'\n"
                f"[[override]]\n{ROW}test = 'test_info_plain'\npoints = 4\n"
                "reason = 'the handout'\n")
    one = marks.mark(term, record(late=3, score=0))
    assert one["tests"] == 4 and one["points"] == 21.5
    assert one["days_late"] == 0
    assert one["overrides"] == ["test_info_plain: 4 points: the handout"]
    assert marks.mark(term, record("ben"))["points"] == 80


def test_moment_by_hand(tmp_path):
    term = read(tmp_path, f"late_penalty = 50\n{LAB}[[handed_in]]\n{ROW}"
                "at = 2026-01-30T12:00:00+01:00\nreason = 'by mail'\n")
    assert marks.mark(term, record(late=9))["points"] == 80
    assert marks.mark(term, record("ben", late=1))["points"] == 40


def test_not_graded_is_not_zero(tmp_path):
    term = read(tmp_path, LAB + "[[override]]\nstudent = 'ben'\nlab = 1\n"
                "points = 50\nreason = 'seen by hand'\n")
    assert marks.mark(term, record(graded=False))["points"] is None
    assert marks.mark(term, record("ben", graded=False))["points"] == 50


def test_a_term(tmp_path):
    """Late days are spent in order; a lab that is open leaves all open."""
    labs = LAB.replace("100", "40") + LAB.replace("100", "60").replace(
        "lab.1", "lab.2")
    term = read(tmp_path, f"late_days = 3\nlate_penalty = 10\n{labs}")
    second = {**record(late=2), "lab": 2}
    found = marks.of_term(term, {
        1: {"ann": record(late=2), "ben": record("ben", graded=False)},
        2: {"ann": second}})
    assert found["ann"]["days_left"] == 0
    assert found["ann"]["labs"][2]["points"] == 72
    assert found["ann"]["total"] == round(80 / 120 * 40 + 72 / 120 * 60, 2)
    assert found["ben"]["total"] is None and found["ben"]["labs"][2] is None


def test_folders_are_beside_the_file(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    shutil.copytree(TOP / "labs/lab1", tmp_path / "deep/old/ann")
    monkeypatch.chdir("/")
    assert read(tmp_path / "deep", "past = ['old']").past == (
        tmp_path / "deep/old",)
