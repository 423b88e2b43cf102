"""A secret moves every directed case of labs 2 to 4, and each stays a case of
its rule (tests/labs/dry.py says how that is seen without a machine)."""

import pytest

from tests.labs import dry

LABS = 2, 3, 4
SEEDS = "one", "another", "third"
GIB = 1 << 18               # the frame that the second GiB begins with
# Steps that stay what they are, and why.
SAME = {
    # A machine of 2.5 GiB has one whole GiB that is not the kernel's too.
    (2, "test_frame_giant"): ([3, 0, 0, GIB, 3], [5, 0, 0, GIB],
                              [6, 0, 0, GIB]),
    (2, "test_alloc_giant"): ([1, 1, 1, GIB, 3, 4, 1],),
}
# cpu_back has one of three arguments, and a time given to cpu_expire says
# nothing alone: who runs, with which lease and by whose gift, is what is moved.
WITHOUT_NUMBERS = 11, 12


@pytest.fixture(scope="module")
def practice():
    """{lab: {test: steps}} without a secret."""
    return {lab: dry.steps(lab) for lab in LABS}


def directed(found):
    """The tests that are not made of seeds anyway."""
    return {test: steps for test, steps in found.items()
            if not test.endswith("_seeded")}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lab", LABS)
def test_every_case_is_moved(lab, seed, practice):
    found = dry.steps(lab, seed)
    wrong = {test: what for test, what in found.items()
             if isinstance(what, str)}
    assert not wrong, "a case is not one of its rule any more"
    assert found.keys() == practice[lab].keys()
    for test, steps in directed(found).items():
        known = practice[lab][test]
        assert bool(steps) == bool(known), test
        same = [step for step in steps if step in known
                and step[0] not in WITHOUT_NUMBERS
                and step not in SAME.get((lab, test), ())]
        assert not same, f"{test} asks this with a secret too"


@pytest.mark.parametrize("lab", LABS)
def test_what_stays_is_asked(lab, practice):
    """No exception is left over."""
    for (of, test), steps in SAME.items():
        for step in steps if of == lab else ():
            assert step in practice[lab][test], test


@pytest.mark.parametrize("lab", LABS)
def test_the_same_secret_asks_the_same(lab):
    first, second = (dry.steps(lab, "one") for _ in range(2))
    assert first == second and list(first) == list(second)


@pytest.mark.parametrize("lab", LABS)
def test_order_is_moved(lab, practice):
    """Tests come in another order, and what is refused is asked another
    number of times: who counts knows nothing."""
    one, two = (dry.steps(lab, seed) for seed in SEEDS[:2])
    assert list(one) != list(practice[lab]) and list(one) != list(two)
    numbers = [{test: len(steps) for test, steps in directed(found).items()}
               for found in (practice[lab], one, two)]
    others = [sum(a[test] != b[test] for test in a) for a, b in zip(
        numbers, numbers[1:])]
    assert min(others) > len(numbers[0]) // 4
