"""Exercises 3.1 and 3.2 against the model, in states and with calls made
from a seed."""

from itertools import islice

from grade.ops import moves
from grade.ops import words as w
from grade.ops.blame import blamed
from grade.ops.generate import Place
from grade.ops.script import OP_ATTACH, OP_UPDATE
from grade.ops.seeded import RULE, calls, make_state, posted

CALLS = 200


def seeded(scene, number, functions, seeds):
    """Calls of one operation, most of them sensible."""
    world = scene.world
    for seed in seeds:
        make_state(world, seed)

        def attempt(count, seed=seed):
            place = Place(world.model, seed)
            place.posted = posted(world.model)
            made = calls(place, seed, number, functions)
            for n, (me, args) in enumerate(islice(made, count), 1):
                world.ask(me, number, args, about=f"seed {seed}, call {n}")
            world.judge(RULE)
        blamed(world, CALLS, attempt)


def greedy_share(place, me):
    """Passes on what I hold, with any ceiling."""
    found = moves.attach_shared(place, me)
    if not found:
        return None
    number, (entry, n, _, source, via) = found
    word = moves.rights(place, place.model.frame(n).kind)
    return number, (entry, n, word, source, via)


def revoke(place, me):
    """Takes or gives by an entry of another's table that holds something
    of mine."""
    model = place.model

    def fits(name, word):
        return (model.owns(me, w.entry_frame(word))
                and not model.edits(me, name // w.ENTRIES))
    name = place.find_entry(fits)
    if name is None:
        return None
    n = w.entry_frame(model.entry(name))
    word = place.pick((0, w.ASK, moves.rights(place, model.frame(n).kind),
                       moves.rights(place, model.frame(n).kind)))
    return OP_UPDATE, (name, n, word)


def test_attach_seeded(scene, settings):
    seeded(scene, OP_ATTACH, (moves.attach, moves.attach,
                              moves.attach_shared, moves.attach_accepted,
                              greedy_share, greedy_share),
           settings.seeds["random"])


def test_update_seeded(scene, settings):
    seeded(scene, OP_UPDATE, (moves.change, moves.change, moves.post,
                              moves.mark_vital, revoke),
           settings.seeds["random"])
