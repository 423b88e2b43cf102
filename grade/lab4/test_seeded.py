"""Exercises 4.1 and 4.2 against the model, in states and with calls made from
a seed."""

import random
from itertools import islice

from grade.ops import generate, lives, moves
from grade.ops import words as w
from grade.ops.script import OP_SWAP
from grade.ops.seeded import RULE, calls, make_state, posted

CALLS = 150


def test_swap_seeded(scene, settings):
    world = scene.world
    for seed in settings.seeds["random"]:
        place = make_state(world, seed)
        place.posted = posted(world.model)
        made = calls(place, seed, OP_SWAP, (moves.move, moves.exchange))
        entries = ((me, args) for me, args in made
                   if not all(map(world.model.is_directory, args[:2])))
        for me, args in islice(entries, CALLS):
            world.swap(me, args, None, f"seed {seed}")
        world.judge(RULE, f"seed {seed}: after {CALLS} calls")


def test_cpu_seeded(scene, settings):
    world = scene.world
    for seed in settings.seeds["random"]:
        world.runs(w.INIT)
        world.sync()
        place, chance = generate.Place(world.model, seed), random.Random(seed)
        for n in range(60):
            me = world.model.running
            if world.model.processes[me].accepts == 0 and chance.random() < .3:
                world.prepare()
                number, args = lives.accept_cpu(place, me)
                world.model.call(me, number, args)
            found = lives.hand(place, me)
            if found is None:
                continue
            args = found[1]
            if place.chance(generate.HOSTILE):
                args = place._hostile(me, OP_SWAP, args)[2]
            if not all(world.model.is_directory(name) for name in args[:2]):
                continue
            world.swap(me, tuple(args), None, f"seed {seed}, call {n}")
        world.judge_cpu(RULE, f"seed {seed}: after the last call")
    world.prepare()
    for process in world.model.processes:
        process.accepts = 0         # other tests may follow
