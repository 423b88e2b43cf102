"""Questions are about what a student wrote, and about nothing else."""

import re
import shutil

from grade import tree
from grade.classes import questions
from tests.grade import classes

STARTER = "enum error f(int a)\n{\n    return exercise(a);\n}\n"
OWN = """\
static int helper(int a)
{
    return a;
}

enum error f(int a)
{
    /* if (a) { return E_NOT; } */
    if (a > 3 &&
        helper(a)) {
        return E_RANGE;
    }
    if (a < 0) {
        return E_ARGUMENT;
    }
    int local = a;
    frames[a].refs++;
    for (int i = 0; i < a; i++) {
        flush(1 << i);
    }
    return OK;
}
"""


def kinds(found):
    return {(q.kind, q.line) for q in found}


def test_each_kind():
    found = questions.of_lines(questions.own_lines("x.c", OWN, STARTER))
    assert kinds(found) == {
        ("function", 1), ("check", 11), ("check", 14), ("order", 14),
        ("missing", 17), ("move", 17), ("loop", 18), ("missing", 19),
        ("move", 19), ("bits", 19)}
    order, = (q for q in found if q.kind == "order")
    assert order.code == "if (a < 0)"
    assert 'line 11, "if (a > 3 && helper(a))"' in order.text


def test_nothing_of_the_starters_own():
    assert not questions.own_lines("x.c", STARTER, STARTER)
    for lab in range(1, 6):
        assert not questions.draw(classes.TOP / f"labs/lab{lab}",
                                  classes.TOP, lab, "seed")


def test_the_reference_can_be_asked_about():
    """In each lab, of several files and kinds; the same seed asks the same,
    another one something else."""
    for lab in range(1, 6):
        first, again, other = (questions.draw(
            classes.TOP, classes.TOP, lab, seed, 8) for seed in "aab")
        assert first == again and first != other and len(first) == 8
        assert len({q.kind for q in first}) > 2
        assert len({q.file for q in first}) >= min(
            4, len(tree.labs_in(classes.TOP)[lab].owned))
        for one in first:
            line = (classes.TOP / one.file).read_text().splitlines()[
                one.line - 1]
            assert line.strip()


def test_a_line_that_is_asked_about_is_the_students(tmp_path):
    folder = shutil.copytree(classes.TOP / "labs/lab3", tmp_path / "x")
    file = folder / "kernel/core/flush.c"
    file.write_text(file.read_text() + "\nstatic void own(void)\n{\n"
                    "    frames[7].refs = 9;\n}\n")
    found = questions.draw(folder, classes.TOP, 3, "a")
    assert found and {q.file for q in found} == {"kernel/core/flush.c"}
    assert all(re.search(r"own|refs = 9", q.code) for q in found)
