"""Calls made from a seed, in states made from a seed, against the model."""

import random

from grade.ops import generate
from grade.ops import words as w
from grade.ops.script import OP_SWAP
from grade.ops.world import ARGUMENTS

BEFORE = 350            # steps that make a state
TRIES = 1000            # until a state counts as one without sensible calls
RULE = "each answer, and all records and entries, are what the contract says"


def make_state(world, seed):
    """Puts the machine into a state that many operations led to, all but
    swaps, also those of later labs: the model makes them. Returns the Place
    of what can be called there."""
    world.prepare()
    model = world.model
    model.later = frozenset([OP_SWAP])
    for step, _ in generate.steps(model.copy(), seed, BEFORE, False):
        group = any(w.is_group(arg) for arg in step.args[1:2])
        if step.number < OP_SWAP and not group:
            model.call(step.me, step.number, step.args)
    model.later = world.LATER
    return generate.Place(model, seed)


def posted(model):
    """The entries where acceptances were posted."""
    return [name for name, word in model.entries.items() if not word & w.P]


def calls(place, seed, number, functions):
    """(process, arguments) of one operation, without end, most of them
    sensible, as far as the state has any. functions: those of
    grade/ops/moves.py and lives.py that make them."""
    chance = random.Random(seed)
    args = (0,) * len(ARGUMENTS[number])
    while True:
        me, found = _sensible(place, number, functions, chance)
        if found:
            args = found
        if not found or place.chance(generate.HOSTILE):
            me, _, args = place._hostile(me, number, args)
        yield me, tuple(args)


def _sensible(place, number, functions, chance):
    """(process, arguments) of a sensible call; None for the latter if there
    seems to be none in this state."""
    for _ in range(TRIES):
        me = place.pick(place.live())
        place.queue = []
        found = chance.choice(functions)(place, me)
        if found and found[0] == number:
            return me, found[1]
    return me, None
