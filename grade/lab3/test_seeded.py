"""Exercises 3.1 and 3.2 against the model, in states and with calls made
from a seed."""

import random

from grade.ops import generate, moves
from grade.ops import words as w
from grade.ops.script import OP_ATTACH, OP_UPDATE

BEFORE, CALLS = 350, 200        # steps that make the state, calls then
RULE = "each answer, and all records and entries, are what the contract says"


def make_state(world, seed):
    """Puts the machine into a state that many operations led to."""
    world.prepare()
    model = world.model
    for step, _ in generate.steps(model.copy(), seed, BEFORE, False):
        group = any(w.is_group(arg) for arg in step.args[1:2])
        if step.number < 4 and not group:
            model.call(step.me, step.number, step.args)


def seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        make_state(world, seed)
        place, chance = generate.Place(world.model, seed), random.Random(seed)
        place.posted = [name for name, word in world.model.entries.items()
                        if not word & w.P]
        calls = 0
        while calls < CALLS:
            me = place.pick(place.live())
            found = chance.choice(functions)(place, me)
            if not found or found[0] != number:
                continue
            args = found[1]
            if place.chance(generate.HOSTILE):
                me, _, args = place._hostile(me, number, args)
            world.ask(me, number, tuple(args), about=f"seed {seed}")
            calls += 1
        world.judge(RULE, f"seed {seed}: after {CALLS} calls")


def test_attach_seeded(scene, settings):
    seeded(scene, OP_ATTACH, (moves.attach, moves.attach,
                              moves.attach_shared, moves.attach_accepted),
           settings.seeds["random"])


def test_update_seeded(scene, settings):
    seeded(scene, OP_UPDATE, (moves.change, moves.change, moves.post,
                              moves.mark_vital),
           settings.seeds["random"])
