"""Exercises 4.1 and 4.2 against the model, in states and with calls made from
a seed."""

import random

from grade.lab3.test_seeded import make_state
from grade.ops import generate, lives, moves
from grade.ops import words as w
from grade.ops.script import OP_SWAP

CALLS = 150
RULE = "each answer, and all records and entries, are what the contract says"


def test_swap_seeded(scene, settings):
    world = scene.world
    for seed in settings.seeds["random"]:
        make_state(world, seed)
        place, chance = generate.Place(world.model, seed), random.Random(seed)
        place.posted = [name for name, word in world.model.entries.items()
                        if not word & w.P]
        calls = 0
        while calls < CALLS:
            me = place.pick(place.live())
            found = chance.choice((moves.move, moves.exchange))(place, me)
            if not found or found[0] != OP_SWAP:
                continue
            args = found[1]
            if place.chance(generate.HOSTILE):
                me, _, args = place._hostile(me, OP_SWAP, args)
            if all(world.model.is_directory(name) for name in args[:2]):
                continue
            world.swap(me, tuple(args), None, f"seed {seed}")
            calls += 1
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
