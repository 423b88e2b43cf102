"""The maker of mutants (tests/labs/mutants.py), and a few of them. All of
them: `make mutants LAB=3`."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.labs import mutants
from tests.labs.solutions import TOP

FEWEST = 40
LABS = (1, 2, 3, 4, 5)
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


def test_a_sample_is_fixed_and_of_all(made):
    """So many as a lab needs, of each exercise, mostly of checks."""
    _, found = made
    some = mutants.sample(found, FEWEST)
    assert some == mutants.sample(found, FEWEST)
    assert len(set(some)) == len(some) >= FEWEST
    assert {m.exercise for m in some} == {m.exercise for m in found}
    assert sum(m.what in mutants.CHECKS for m in some) > len(some) / 2


def test_some_are_caught():
    """And each is counted."""
    some = mutants.sample(mutants.mutants_of(3, "3.3"), TRIED)
    assert len(some) == TRIED
    counts = Counter()
    assert not mutants.survivors(3, some, counts=counts)
    assert counts["3.3", "caught"] >= TRIED / 2
    assert sum(counts.values()) == TRIED


def flushes():
    """The mutant that forgets all translations twice."""
    return next(m for m in mutants.mutants_of(3, "3.3")
                if m.what == "twice" and m.old == "arch_flush()")


def test_survivors_are_told():
    """One that is right, and that nobody has explained."""
    odd, lines = replace(flushes(), what="odd"), []
    assert mutants.survivors(3, [odd], lines.append) == [odd]
    assert lines[0].startswith("1/1 survives")


def test_the_same_code_is_not_run():
    text = flushes().old + ", (void)0"
    (_, fate, _), = mutants.fates(3, [replace(flushes(), what="odd",
                                              text=text)])
    assert fate == "same"


def test_table():
    some = [flushes()]
    head, line = mutants.table(some, Counter({("3.3", "caught"): 1}))
    assert head.split()[:4] == ["exercise", "mutants", "tried", "caught"]
    assert line.split() == ["3.3", "1", "1", "1", "0", "0", "0"]
