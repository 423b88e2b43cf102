"""The table of forgeries (solutions/forged.toml): none gets more than it may.

    make test-grader
"""

import pytest

from tests.labs import forgeries

SEED, ALL = forgeries.read()


def name_of(forgery):
    """lab1-tables."""
    return f"lab{forgery.lab}-{forgery.name}"


def test_there_are_enough():
    assert len(ALL) >= 25
    assert {forgery.lab for forgery in ALL} == {1, 2, 3, 4, 5}
    assert all(forgery.most <= 5 for forgery in ALL)


def test_all_that_are_there_are_in_the_list():
    listed = {(f.lab, f.name) for f in ALL if not f.made}
    there = {(int(path.parts[-3][3:]), path.name) for path in
             forgeries.TOP.glob("solutions/lab*/forged/*")}
    assert there == listed


@pytest.mark.parametrize("forgery", ALL, ids=name_of)
def test_forgery_gets_nothing(forgery):
    if forgery.sandbox and not forgeries.HAS_SANDBOX:
        pytest.skip("it reads or uses up what only a sandbox keeps from it")
    got, note = forgeries.score(forgery, SEED)
    assert got <= forgery.most, note


@pytest.mark.parametrize("forgery", [f for f in ALL if f.practice],
                         ids=name_of)
def test_forgery_is_a_good_one(forgery):
    """From the cases that never change it gets points: without the secret it
    would have them."""
    got, note = forgeries.score(forgery, None)
    assert got >= forgery.practice, note
