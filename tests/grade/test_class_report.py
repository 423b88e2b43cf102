"""A class's pages: right, escaped, alone; and looked at in a browser."""

import csv
import io
import json
import re
import subprocess
from html.parser import HTMLParser

import pytest

from grade.classes import handin, report, similar, term as terms
from tests.grade import classes
from tests.grade.test_term import record

EVIL = "<script>document.title='run'</script>\x1b[31m\x00&\"'"
PIXELS = re.compile(rb"\x89PNG.{12}(.{4})(.{4})", re.S)
BROWSER = ["chromium-headless-shell", "--no-sandbox", "--disable-gpu",
           "--hide-scrollbars"]
SECONDS = 300       # a backstop


def test(name, score, words="", exercise="1.1", hidden=False):
    return {"test": name, "exercise": exercise, "score": score, "most": 10,
            "passed": score == 10, "words": words, "hidden": hidden}


test.__test__ = False


@pytest.fixture(name="whole")
def a_class():
    """Three students: one evil, one right, one whose archive is broken."""
    lab = terms.lab_table(classes.TOP, 1)
    bad = f"rule:  no {EVIL}\nasked: this\n       and that\nfound: {EVIL}"
    evil = record(f"=1+1 {EVIL}") | {"id": "evil", "possible": 30, "tests": [
        test("test_a", 0, bad), test("test_b", 0, bad),
        test("test_c", 0, f"hidden words {EVIL}", hidden=True)]}
    ben = record("Ben") | {"possible": 30, "tests": [
        test("test_a", 10), test("test_b", 0, EVIL), test("test_c", 10)]}
    late = record("Cy", graded=False) | {"reason": f"damaged {EVIL}"}
    term = terms.Term(name=f"T {EVIL}", visibility="hidden",
                      students=("Ben", "Dee"))
    return report.Class(lab, term, [evil, ben, late],
                        [(99, evil["name"], "Ben")])


class Page(HTMLParser):
    """The elements of a page, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids = set(), [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [v for k, v in attrs if k in ("href", "src")]
        self.ids |= {v for k, v in attrs if k == "id"}


def written(whole, tmp_path):
    report.write(tmp_path, whole)
    return {str(path.relative_to(tmp_path)): path.read_text()
            for path in sorted(tmp_path.rglob("*.html"))}


def test_everything_is_escaped(whole, tmp_path):
    """No element comes of a hand-in, and no character that steers."""
    pages = written(whole, tmp_path)
    assert len(pages) == 4
    for name, text in pages.items():
        page = Page(text)
        assert "script" not in page.tags, name
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), name
        for link in page.links:
            assert not re.match(r"\w+:|//", link), link
            if not link.startswith("#"):
                where = (tmp_path / name).parent / link.split("#")[0]
                assert where.exists(), link
        assert "url(" not in text and "default-src 'none'" in text
    assert "&lt;script&gt;" in pages["index.html"]


def test_links_to_tests_lead_there(whole, tmp_path):
    pages = written(whole, tmp_path)
    for link in Page(pages["index.html"]).links:
        page, _, part = link.partition("#")
        if part and part != "test_c":       # hidden on the student's page
            assert part in Page(pages[page]).ids


def test_what_a_student_is_told(whole, tmp_path):
    text = written(whole, tmp_path)["students/evil.html"]
    for words in ("asked", "this\nand that", "make grade LAB=1 TEST=test_a",
                  "make gdb LAB=1 TEST=test_a", "test_b"):
        assert words in text, words
    assert text.count("and that") == 1      # two tests, told once
    assert "test_c" not in text and "hidden words" not in text
    assert "Tests that are not shown: 0 of" in text
    whole.term.visibility = "visible"
    assert "hidden words" in written(whole, tmp_path)["students/evil.html"]


def test_when_hidden_tests_are_shown():
    due = terms.LabTerms(due=terms.moment(
        terms.tomllib.loads("a = 2026-01-01T00:00:00Z")["a"]))
    for words, shown in (("visible", True), ("hidden", False),
                         ("after_due_date", True),
                         ("after_published", False)):
        term = terms.Term(visibility=words, labs={1: due})
        assert report.may_see(term, 1) is shown
    assert not report.may_see(terms.Term(visibility="after_due_date"), 1)
    assert report.may_see(terms.Term(published=True), 1)


def test_not_graded_is_told_apart(whole, tmp_path):
    pages = written(whole, tmp_path)
    assert "Not graded" in pages["students/Cy.html"]
    assert "not the same as no points" in pages["students/Cy.html"]
    value = json.loads((tmp_path / "class.json").read_text())
    by_name = {one["id"]: one for one in value["students"]}
    assert by_name["Cy"]["mark"]["points"] is None
    assert value["missing"] == ["Dee"] and value["numbers"]["most"] == 20
    rows = list(csv.DictReader(io.StringIO(
        (tmp_path / "class.csv").read_text())))
    assert [row["points"] for row in rows] == ["0", "20", "", "0"]
    assert rows[2]["status"] == "not graded"
    assert rows[0]["student"].startswith("'=1+1")   # no formula


def test_hardest_first(whole):
    rows = whole.hardest()
    assert [(r["test"], len(r["failed"]), r["of"]) for r in rows] == [
        ("test_b", 2, 2), ("test_a", 1, 2), ("test_c", 1, 2)]
    assert sum(count for _, count in whole.bars()) == 2


def browse(*words):
    return subprocess.run([*BROWSER, *words], capture_output=True,
                          check=True, timeout=SECONDS).stdout


def test_in_a_browser(whole, tmp_path):
    """What a browser makes of it: all is there, nothing ran, nothing is
    wider than the window."""
    written(whole, tmp_path)
    for name in ("index.html", "students/evil.html", "students/Cy.html"):
        page = f"file://{tmp_path / name}"
        dom = browse("--dump-dom", page).decode()
        assert "<title>run" not in dom and "&lt;script&gt;" in dom
        shot = tmp_path / "shot.png"
        for width in (1100, 400):
            browse(f"--window-size={width},900", f"--screenshot={shot}", page)
            sizes = PIXELS.match(shot.read_bytes()).groups()
            assert int.from_bytes(sizes[0], "big") == width
            assert shot.stat().st_size > 5000      # something is drawn


def test_pairs(tmp_path):
    """The reference with other names is like it; the starters are like
    nobody, since nothing in them is their own."""
    texts, top = {}, classes.TOP
    for name, folder in (("copy", top), ("other", top / "solutions/lab3/"
                                         "other1"), ("none", top /
                                                     "labs/lab3")):
        text = similar.text_of(folder, top, 3)
        texts[name] = re.sub(r"\b(frames|entry|resource)\b", r"my_\1", text)
    assert texts.pop("none") == ""
    old = tmp_path / "2025"
    for path in top.glob("solutions/lab3/other2/**/*.c"):
        to = old / "Zoe" / path.relative_to(top / "solutions/lab3/other2")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    texts["again"] = similar.text_of(old / "Zoe", top, 3)
    assert handin.listed(old)
    found = similar.pairs(texts, similar.others(top, 3, (old,)))
    pairs = {frozenset((a, b)): percent for percent, a, b in found}
    for pair in (("copy", "the reference"), ("other", "solution other1"),
                 ("again", "2025: Zoe"), ("again", "solution other2")):
        assert pairs[frozenset(pair)] > 95, pair
    assert frozenset(("copy", "other")) not in pairs
    assert [row[0] for row in found] == sorted(
        (row[0] for row in found), reverse=True)


def test_without_the_tool(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(similar.SimilarError, match="not installed"):
        similar.pairs({"a": "x"}, {})
