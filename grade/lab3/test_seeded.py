"""Exercises 3.1 and 3.2 against the model, in states and with calls made
from a seed."""

from itertools import islice

from grade.ops import moves
from grade.ops.script import OP_ATTACH, OP_UPDATE
from grade.ops.seeded import RULE, calls, make_state, posted

CALLS = 200


def seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        place = make_state(world, seed)
        place.posted = posted(world.model)
        for me, args in islice(calls(place, seed, number, functions), CALLS):
            world.ask(me, number, args, about=f"seed {seed}")
        world.judge(RULE, f"seed {seed}: after {CALLS} calls")


def test_attach_seeded(scene, settings):
    seeded(scene, OP_ATTACH, (moves.attach, moves.attach,
                              moves.attach_shared, moves.attach_accepted),
           settings.seeds["random"])


def test_update_seeded(scene, settings):
    seeded(scene, OP_UPDATE, (moves.change, moves.change, moves.post,
                              moves.mark_vital),
           settings.seeds["random"])
