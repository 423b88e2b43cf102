"""The maker of mutants (tests/labs/mutants.py), and a few of them. All of
them: `make mutants LAB=3`, which takes an hour."""

from dataclasses import replace

import pytest

from tests.labs import mutants
from tests.labs.solutions import TOP

FEWEST = 40
LABS = (2, 3, 4)
TRIED = 6


@pytest.fixture(scope="module", params=LABS)
def made(request):
    """(lab, its mutants)."""
    return request.param, mutants.mutants_of(request.param)


def test_there_are_enough_of_all_kinds(made):
    _, found = made
    assert len(found) >= FEWEST
    kinds = {mutant.what for mutant in found}
    assert {"never", "left out", "twice", "one more", "one less",
            "the first alone", "the second alone"} <= kinds
    assert kinds & {"by <=", "by >=", "by =="}


def test_each_exercise_has_some(made):
    lab, found = made
    for number in {mutant.exercise for mutant in found}:
        assert mutants.tests_of(lab, number)
        assert sum(m.exercise == number for m in found) >= 20


def test_a_mutant_is_one_change(made):
    """What it says that it replaces is what stands there."""
    _, found = made
    for mutant in found:
        text = (TOP / mutant.path).read_bytes()[mutant.start:mutant.end]
        assert text.decode() == mutant.old != mutant.text, mutant


def test_each_explanation_is_of_a_mutant():
    names = {m.name for lab in LABS for m in mutants.mutants_of(lab)}
    assert mutants.explanations().keys() <= names
    assert all(len(why) > 20 for why in mutants.explanations().values())


def test_some_are_caught():
    some = mutants.sample(mutants.mutants_of(3, "3.3"), TRIED)
    assert len(some) == TRIED
    assert not mutants.survivors(3, some)


def test_survivors_are_told():
    """One that changes nothing, and that nobody has explained."""
    found = mutants.mutants_of(3, "3.3")
    same = next(m for m in found if m.what == "twice"
                and m.old == "arch_flush()")
    text = same.old + ", (void)0"
    lines = []
    left = mutants.survivors(3, [replace(same, what="odd",
                                         text=text)], lines.append)
    assert [m.what for m in left] == ["odd"]
    assert lines[0].startswith("1/1 SURVIVES")
