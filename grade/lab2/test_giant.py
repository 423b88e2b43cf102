"""Exercises 2.1 and 2.2 on a machine with whole gigabytes. Their records are
too many for the model: the few that matter are looked at one by one."""

from grade.lab2.frames import GIANT, UNIT, Frames
from grade.lab2.test_frame import check_frames_giant
from grade.ops import words as w
from grade.ops.script import OP_ALLOC, operation
from grade.ops.words import (DIRTY, E_ALIGN, E_BUSY, FREE, INIT, MEMORY, MORE,
                             OK)
from grade.verdict import check, equal

THERE, RULE = GIANT, "1 GiB is one resource, and costs 512 * 512 frames"


def test_frame_giant(scene):
    check_frames_giant(Frames(scene.world))


def test_alloc_giant(scene):
    frames, n, number = Frames(scene.world), THERE, scene.number
    frames.giant(n)
    init = frames.books.get_process(INIT)
    owned, allowance = init.owned, init.allowance
    before, owner = init.copy(), number(INIT, 0, w.PROCESS_MAX)
    calls = (("1 GiB at 2 MiB", n + UNIT * number(1, 1, UNIT), 3, MEMORY,
              E_ALIGN),
             ("1 GiB", n, 3, MEMORY, OK),
             ("2 MiB in it", n + UNIT * number(1, 1, UNIT), 2, MEMORY,
              E_BUSY),
             ("a page in it", n + GIANT - number(1, 1, GIANT), 1, MEMORY,
              E_BUSY))
    _ask(frames, calls)
    frames.record(n, RULE, "1 GiB", kind=MEMORY, level=3, owner=INIT)
    _quota(frames, owned + GIANT, allowance - GIANT)
    _ask(frames, [("giving it back", n, 3, FREE, OK)], owner)
    frames.record(n, RULE, "1 GiB that was given back", kind=DIRTY, level=3)
    _quota(frames, owned, allowance)
    _ask(frames, [("clearing it", n, 3, FREE, MORE)], owner)
    frames.record(n, RULE, "one step later", kind=DIRTY, level=3, cleared=16)
    before.allowance = GIANT - 1
    frames.books.put_process(INIT, before)
    frames.giant(n)
    _ask(frames, [("1 GiB, with an allowance of one frame less", n, 3,
                   MEMORY, w.E_ALLOWANCE)])
    before.allowance = allowance
    frames.books.put_process(INIT, before)


def _ask(frames, calls, owner=INIT):
    for about, n, level, kind, wanted in calls:
        asked = f"{about}: alloc({n:#x}, {level}, {w.KIND[kind]}, {owner})"
        found, = frames.run(RULE, asked, operation(INIT, OP_ALLOC, n, level,
                                                   kind, owner))
        check(found == wanted, RULE, asked,
              f"it answered {found}, where {wanted.name} is right")


def _quota(frames, owned, allowance):
    init = frames.books.get_process(INIT)
    equal((init.owned, init.allowance), (owned, allowance), RULE,
          "what init owns, and may own", str)
