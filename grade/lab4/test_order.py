"""Exercise 4.1: op_swap, stepped. After every instruction both entries are
looked at, in memory and as a processor may have cached them."""

from grade.lab4.stepping import NEVER, never_both, stepped, story, whole
from grade.lab4.test_move import NONE, held, richer
from grade.ops import words as w
from grade.ops.scene import ALL, CHILD, ME, OTHER
from grade.ops.words import MEMORY, RW, TABLE
from grade.verdict import check


def step(scene, entry, with_, resource, other, about):
    """Steps one swap; judges it."""
    world, names = scene.world, (entry, with_)
    args = entry, with_, resource, other, 0
    moments = stepped(world, "op_swap", ME, args, names, about)
    moved = [resource] if other == NONE else [resource, other]
    for n in moved:
        never_both(moments, names, n, about)
    whole(moments, names, about)
    world.judge(NEVER, about)
    return moments


def test_swap_never_both(scene):
    richer(scene, CHILD)
    for kind, level in scene.world.in_order((
            (MEMORY, 1), (TABLE, 2), (MEMORY, 2))):
        entry, made = held(scene, ME, level, kind)
        step(scene, entry, scene.entry(CHILD, level), made, NONE,
             f"stepping a {w.KIND[kind]} of level {level} to my child")


def test_swap_never_both_accepted(scene):
    entry, page = held(scene, ME)
    with_ = scene.entry(OTHER)
    scene.world.post(with_, ME, MEMORY, 1, ALL)
    step(scene, entry, with_, page, NONE, "stepping a page to a stranger "
         "that accepts it")
    entry, page = held(scene, ME, 1, MEMORY, w.R, w.R)
    with_ = scene.entry(OTHER)
    scene.world.post(with_, ME, MEMORY, 1, RW)
    step(scene, entry, with_, page, NONE, "stepping a read-only page to a "
         "stranger that accepts it")


def test_swap_exchange_never_both(scene):
    for one, two in scene.world.in_order(((ME, CHILD), (CHILD, ME))):
        entry, page = held(scene, one)
        with_, other = held(scene, two)
        step(scene, entry, with_, page, other, "stepping an exchange")


def test_swap_flush(scene):
    """The flush is after the last store that loses."""
    entry, page = held(scene, ME)
    with_, other = held(scene, CHILD)
    names = entry, with_
    moments = step(scene, entry, with_, page, other, "stepping an exchange")
    empty = [n for n, moment in enumerate(moments)
             if moment.loaded and not any(moment.words)]
    check(empty, "first nobody has anything, on no processor; then each has "
          "the other's", "stepping an exchange", "CR3 was never loaded while "
          f"both entries were empty\n         {story(moments, names)}")
