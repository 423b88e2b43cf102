"""Calls made from a seed, in states made from a seed, against the model."""

from itertools import islice

from grade.ops import words as w
from grade.ops.seeded import RULE, calls, make_state

CALLS = 200


def run_seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        place = make_state(world, seed)
        place.free = [n for n, frame in world.model.frames.items()
                      if frame.kind == w.FREE][:100]
        for me, args in islice(calls(place, seed, number, functions), CALLS):
            answer = world.ask(me, number, args, about=f"seed {seed}")
            place.learn(me, number, args, answer)
        world.judge(RULE, f"seed {seed}: after {CALLS} calls")
