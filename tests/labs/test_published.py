"""What instructors publish bit by bit, and what is checked before."""

import pytest

from tests.labs.test_release import ALLOC, FIX
from tests.labs.test_release import begun, course  # noqa: F401 (fixtures)
from tests.labs.test_tree import fails, git, heads, put, tree


def test_solutions_come_lab_by_lab(course):
    """What is published later goes forward from what was before: up to the
    next lab, and after a fix; and holds no later solution."""
    course.list(1).list(2).list(3)
    shelf = course.top / "shelf"
    git(course.top, "init", "-q", "--bare", "-b", "lab1", str(shelf))

    def publish(upto):
        out = course.branches("--carry", "reference", "--upto", upto)
        assert sorted(heads(out)) == sorted(
            f"lab{n}{end}" for n in range(1, upto + 1)
            for end in ("", "-solved"))
        git(out, "push", "-q", str(shelf), "refs/heads/*:refs/heads/*")
        return out
    publish(1)
    assert b"reference_2" not in tree.git(
        shelf, "cat-file", "--batch-all-objects", "--batch").stdout
    publish(2)
    course.list(1, FIX)
    out = publish(2)
    assert git(out, "show", "lab2-solved:Makefile") == FIX["Makefile"].strip()
    assert "reference_2" in git(out, "show", f"lab2-solved:{ALLOC}")
    publish(3)


@pytest.mark.parametrize("old, new, says", [
    ("points = 100", "points = 99", "add up to 99, not to 100"),
    ("points = 100", "points = 100.5", "a: points must be a whole number"),
    ("exercise = '2'", "exercise = '7'", "a: of no exercise"),
])
def test_points_are_checked(course, old, new, says):
    path = "labs/lab2/lab.toml"
    text = (course.main / path).read_text()
    assert old in text
    put(course.main, path, text.replace(old, new))
    fails(course.release("check"), path, says)
