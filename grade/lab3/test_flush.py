"""Exercise 3.3: flush_change, called by the harness while the processor
knows a translation that the tables no longer hold."""

import pytest

from grade.ops.script import flush_change
from grade.ops.words import MEMORY, accept
from grade.paging import NX, P, PS, U, W
from grade.verdict import LetIn, Wrong

FORGETS = "the processor still uses the old translation"
KEEPS = "the processor's translations were thrown away"
STALE = "what was lost is forgotten by every processor before it returns"
NOTHING = "where nothing was lost, nothing is done"
A, D, PCD = 1 << 5, 1 << 6, 1 << 4
HERE, THERE = 0x1234 << 12, 0x1235 << 12
CEILING = 7 << 52
POSTED = 1 << 63 | 1 << 16      # an acceptance


def moved(dice, before, after):
    """The same change of another entry: to and from other frames, the same
    bits of them changed, and with other acceptances."""
    flips = dice.getrandbits(19) << 21 | dice.choice((0, A, D, A | D, PCD))
    giver = accept(dice.randrange(2, 200), dice.randrange(1, 1 << 30),
                   MEMORY, 1)
    return tuple(giver if word == POSTED else word and word ^ flips
                 for word in (before, after))


@pytest.fixture
def judge(scene):
    """Calls flush_change with each case, {what: (before, after)}; those of
    `lost` must end with the translation forgotten, the others with it kept."""
    def judge(lost, kept):
        world = scene.world
        cases = [(about, world.moved(case, lambda dice, case=case: moved(
            dice, *case)), forgets) for about, case, forgets in world.mixed(
                [(*item, 1) for item in lost.items()]
                + [(*item, 0) for item in kept.items()])]
        asked = [f"{about}: flush_change({before:#x}, {after:#x})"
                 for about, (before, after), _ in cases]
        answers = world.steps([flush_change(*case) for _, case, _ in cases],
                              STALE if lost else NOTHING, asked)
        for n, (answer, case) in enumerate(zip(answers, asked)):
            world.session.at, forgets = n, cases[n][2]
            rule = STALE if forgets else NOTHING
            world.written(answer, rule, case)
            if answer.value != forgets:
                wrong = LetIn if forgets else Wrong
                raise wrong(rule, case, FORGETS if forgets else KEEPS)
    return judge


def test_flush_gone(judge):
    full = HERE | P | W | U | A | D
    judge({
        "a page was detached": (full, 0),
        "a read-only page was detached": (HERE | P | U | NX | A, 0),
        "a table was detached": (HERE | P | W | U, 0),
        "an acceptance is where a page was": (full, POSTED),
        "only P went": (full, full & ~P),
    }, {"an empty entry was filled": (0, full),
        "an acceptance was posted": (0, POSTED)})


def test_flush_write(judge):
    base = HERE | P | U | A | D | CEILING
    judge({
        "W went": (base | W, base),
        "W went, of a page that is not run": (base | W | NX, base | NX),
        "W went from a table": (base | W, base & ~D),
        "W went and X came": (base | W | NX, base),
        "W went, in a page of 2 MiB": (base | W | PS, base | PS),
    }, {"W stayed": (base | W, base | W), "there was no W": (base, base)})


def test_flush_run(judge):
    base = HERE | P | U | A | D | CEILING
    judge({
        "X went": (base, base | NX),
        "X went, W stayed": (base | W, base | W | NX),
        "X went and W came": (base, base | W | NX),
        "X and W went": (base | W, base | NX),
    }, {"X stayed": (base, base), "there was no X": (base | NX, base | NX)})


def test_flush_moved(judge):
    full = HERE | P | W | U | A | D
    judge({
        "another frame": (full, full ^ HERE ^ THERE),
        "another frame, with more rights": (HERE | P | U | NX,
                                            THERE | P | U | W),
        "a frame above 4 GiB": (full, full | 1 << 40),
        "the highest bit of the address": (full | 1 << 51, full),
        "a large page became a table": (full | PS, full),
        "a table became a large page": (full, full | PS),
    }, {"the same page": (full, full), "the same large page":
        (full | PS, full | PS)})


def test_flush_nothing(judge):
    """Where nothing was there, or all still is, or more, nothing is done."""
    full = HERE | P | W | U | A | D | CEILING
    judge({}, {
        "an empty entry was filled": (0, full),
        "an acceptance was used up": (POSTED, full),
        "an acceptance was posted": (0, POSTED),
        "nothing changed": (full, full),
        "nothing changed, in a read-only page": (HERE | P | U | NX,
                                                 HERE | P | U | NX),
        "W came": (full & ~W, full),
        "X came": (full | NX, full),
        "W and X came": (full & ~W | NX, full),
        "the ceiling was lowered": (full, full & ~CEILING),
    })
