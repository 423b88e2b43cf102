"""Calls made from a seed, in states made from a seed, against the model."""

import random

from grade.lab2.world import LATER
from grade.ops import generate
from grade.ops import words as w

BEFORE, CALLS = 350, 200        # steps that make the state, calls then
RULE = "each answer, and all records and entries, are what the contract says"


def _make_state(world, seed):
    """Puts the machine into a state that many operations led to, also those
    of later labs: the model makes them."""
    world.prepare()
    model = world.model
    model.later = frozenset()
    for step, _ in generate.steps(model.copy(), seed, BEFORE, False):
        group = any(w.is_group(arg) for arg in step.args[1:2])
        if step.number < 4 and not group:
            model.call(step.me, step.number, step.args)
    model.later = LATER


def run_seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        _make_state(world, seed)
        place, chance = generate.Place(world.model, seed), random.Random(seed)
        place.free = [n for n, frame in world.model.frames.items()
                      if frame.kind == w.FREE][:100]
        calls = 0
        while calls < CALLS:
            me = place.pick(place.live())
            place.queue = []
            found = chance.choice(functions)(place, me)
            if not found or found[0] != number:
                continue
            args = found[1]
            if place.chance(generate.HOSTILE):
                me, _, args = place._hostile(me, number, args)
            args = tuple(args)
            answer = world.ask(me, number, args, about=f"seed {seed}")
            place.learn(me, number, args, answer)
            calls += 1
        world.judge(RULE, f"seed {seed}: after {CALLS} calls")
