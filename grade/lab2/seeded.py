"""Calls made from a seed, in states made from a seed, against the model."""

from itertools import islice

from grade.ops import words as w
from grade.ops.blame import blamed
from grade.ops.generate import Place
from grade.ops.seeded import RULE, calls, make_state

CALLS = 200


def run_seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        make_state(world, seed)

        def attempt(count, seed=seed):
            place = Place(world.model, seed)
            place.free = [n for n, frame in world.model.frames.items()
                          if frame.kind == w.FREE][:100]
            made = calls(place, seed, number, functions)
            for n, (me, args) in enumerate(islice(made, count), 1):
                answer = world.ask(me, number, args,
                                   about=f"seed {seed}, call {n}")
                place.learn(me, number, args, answer)
            world.judge(RULE)
        blamed(world, CALLS, attempt)
