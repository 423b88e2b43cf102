"""Points follow the danger: who lets a stranger in loses the exercise."""

import tomllib

import pytest

from grade import plugin
from tests.labs import solutions
from tests.labs.solutions import TOP

TESTS = {
    "a": {"name": "a", "exercise": "3.1", "danger": True},
    "b": {"name": "b", "exercise": "3.1"},
    "c": {"name": "c", "exercise": "3.2"},
}


def verdicts(**changes):
    """All pass, but for these."""
    return {name: {"passed": True, "words": "", "let_in": False}
            | changes.get(name, {}) for name in TESTS}


def passed(found):
    """The names of those that pass."""
    return {name for name, verdict in found.items() if verdict["passed"]}


def test_who_lets_in_loses_the_exercise():
    found = verdicts(a={"passed": False, "let_in": True})
    plugin.lose_exercises(TESTS, found)
    assert passed(found) == {"c"}
    assert "no points while a fails" in found["b"]["words"]


def test_who_only_refuses_too_much_does_not():
    found = verdicts(a={"passed": False})
    plugin.lose_exercises(TESTS, found)
    assert passed(found) == {"b", "c"}


def test_what_is_no_danger_costs_itself():
    found = verdicts(b={"passed": False, "let_in": True})
    plugin.lose_exercises(TESTS, found)
    assert passed(found) == {"a", "c"}


@pytest.mark.parametrize("number, exercises", [
    (2, {"2.2", "2.3", "2.4"}), (3, {"3.1", "3.2", "3.3", "3.4"}),
    (4, {"4.1", "4.2"})])
def test_exercises_that_guard_something_have_dangers(number, exercises):
    lab = tomllib.loads((TOP / f"labs/lab{number}/lab.toml").read_text())
    assert {test["exercise"] for test in lab["test"]
            if test.get("danger")} == exercises


@pytest.mark.parametrize("name, most", [("attach_via_not_anded", 64),
                                        ("update_owner_raises", 64)])
def test_cardinal_sins_cost_their_exercise(name, most, tmp_path):
    """These two cost 2 points of 100 once."""
    wrong = next(w for w in solutions.wrong_solutions(3) if w.name == name)
    submission = solutions.patched(3, wrong.path, tmp_path / "submission")
    got = solutions.graded(3, submission, tmp_path / "work", "--carry",
                           "reference")
    assert 0 < got.score <= most, got.said
    assert "it lets somebody in" in got.said
