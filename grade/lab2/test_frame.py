"""Exercise 2.1: frame.c, function by function, on made-up memory maps and
records."""

import random

import pytest

from grade.lab2.frames import (ACPI, BAD, GIANT, KEEP, RAM, RESERVED, UNIT,
                               Frames)
from grade.ops import words as w
from grade.ops import world
from grade.ops.blame import blamed
from grade.ops.script import (CLEAN, frame_clean, frame_drop, frame_is_free,
                              frame_take)
from grade.ops.words import (DEVICE, DIRTY, FREE, KERNEL, MEMORY, MORE, OK,
                             TABLE)
from grade.verdict import equal

MIB, LIMIT = 1 << 20, 4096
LAST_BYTE = w.WORD              # 2^64 - 1
THERE = GIANT                   # the second gigabyte
RAM_RULE = "every whole frame of RAM is DIRTY, level 1, and nothing else is"
OTHER_RULE = "a frame that is not all RAM is NONE"
KEPT_RULE = "of RAM, what a kept span touches is KERNEL"
FREE_RULE = "a unit is free if all of it is, and nothing larger covers it"
TAKE_RULE = "frame_take makes the record anew and counts it out"
DROP_RULE = "frame_drop makes a dirty unit of the same size, of nobody"
SEEDED = "each call does to records, extents and memory what frame.h says"
CLEAN_RULE = "frame_clean clears 16 frames, or the rest, and says which"


@pytest.fixture
def frames(scene):
    return Frames(scene.world)


def test_boot_ram(frames):
    frames.boot(RAM_RULE, [(0x1000, 0x9f000, RAM), (MIB, 9 * MIB, RAM)], [],
                LIMIT)
    frames.boot(RAM_RULE, [(5 * MIB, 6 * MIB, RAM), (0, 0x1000, RAM),
                           (2 * MIB, 2 * MIB + 0x1000, RAM),
                           (6 * MIB, 7 * MIB, RAM),
                           (5 * MIB + 0x8000, 8 * MIB, RAM)], [], LIMIT)


def test_boot_holes(frames):
    ram = [(0, 8 * MIB, RAM)]
    frames.boot(OTHER_RULE, ram + [
        (0x10800, 0x10900, RESERVED), (0x20fff, 0x21001, ACPI),
        (0x30000, 0x31000, KEEP), (0x40001, 0x43fff, BAD),
        (0x50000, 0x50001, 77), (0x60fff, 0x61000, RESERVED)], [], LIMIT)
    frames.boot(OTHER_RULE, [(0x10800, 0x20800, RESERVED), *ram,
                             (7 * MIB + 1, 12 * MIB, ACPI),
                             (4 * MIB, 8 * MIB, RAM)], [], LIMIT)
    frames.boot(OTHER_RULE, [
        (0xfd00000000, 0x10000000000, RESERVED), *ram,
        (0xfffffffffff00000, 0xffffffffffffffff, RESERVED),
        (6 * MIB - 1, 6 * MIB, KEEP)], [], LIMIT)


def test_boot_kept(frames):
    ram = [(0, 0x9f000, RAM), (MIB, 8 * MIB, RAM)]
    frames.boot(KEPT_RULE, ram, [
        (0, 0x10000), (MIB + 0x800, MIB + 0x900),
        (2 * MIB + 0xfff, 2 * MIB + 0x1001), (3 * MIB, 4 * MIB)], LIMIT)
    frames.boot(KEPT_RULE, [*ram, (0x8000, 0xa800, RESERVED)], [
        (0x9f000 - 1, MIB + 1), (7 * MIB, 9 * MIB),
        (0x7800, 0xb001), (0x40000000000, 0x40000001000),
        (7 * MIB + 0x3000, 7 * MIB + 0x4000)], LIMIT)


def test_boot_edges(frames):
    """Regions without a byte, and ends that cannot be rounded up."""
    ram = [(0, 8 * MIB, RAM)]
    frames.boot(OTHER_RULE, ram + [
        (0x10800, 0x10800, RESERVED), (0x20fff, 0x20fff, BAD),
        (0x30000, 0x30000, KEEP), (7 * MIB, LAST_BYTE, RESERVED)], [], LIMIT)
    frames.boot(OTHER_RULE, ram + [
        (LAST_BYTE - 0x800, LAST_BYTE, RESERVED),
        (LAST_BYTE, LAST_BYTE, ACPI)], [], LIMIT)
    frames.boot(KEPT_RULE, ram, [
        (0x10800, 0x10800), (0x20fff, 0x20fff), (0x30000, 0x30000),
        (7 * MIB + 0x800, LAST_BYTE)], LIMIT)


def test_boot_seeded(frames, settings):
    for seed in settings.seeds["boot"]:
        chance = random.Random(seed)

        def span(most, odd):
            start = chance.randrange(LIMIT << 12)
            end = min(start + chance.randrange(1, most), LIMIT << 12)
            return (start, end) if odd else (start & -4096, end & -4096)
        regions = [(*span(6 * MIB, False), RAM) for _ in range(4)]
        regions += [(*span(chance.choice((3000, 50_000, MIB)), True),
                     chance.choice((0, RESERVED, ACPI, KEEP, BAD, 1 << 32)))
                    for _ in range(5)]
        chance.shuffle(regions)
        kept = [span(chance.choice((3000, 50_000, MIB)), True)
                for _ in range(4)]
        frames.boot_as_it_is(f"{KEPT_RULE} (seed {seed})", regions, kept,
                             LIMIT)


def test_is_free_page(frames):
    n = frames.unit(frames.here)
    spots = dict(zip((FREE, DIRTY, KERNEL, MEMORY, TABLE, DEVICE, w.NONE),
                     frames.spots(range(1, 8))))
    for kind, at in spots.items():
        frames.books.put(n + at, kind=kind, level=1)
    frames.is_free({f"a record that says {w.KIND[kind]}":
                    (n + at, 1, kind == FREE) for kind, at in spots.items()},
                   FREE_RULE)
    frames.unit(n, FREE, UNIT)
    inner, = frames.spots((1,))
    for about, kind, level, free in frames.world.mixed((
            ("2 MiB of memory cover it", MEMORY, 2, False),
            ("a dirty unit of 2 MiB covers it", DIRTY, 2, False),
            ("a page at the head covers nothing else", MEMORY, 1, True),
            ("a dirty page at the head", DIRTY, 1, True),
            ("a table of level 2 is one frame", TABLE, 2, True),
            ("a table of level 5 is one frame", TABLE, 5, True))):
        frames.books.put(n, kind=kind, level=level)
        frames.is_free({about: (n + inner, 1, free),
                        f"{about}, the last frame":
                        (n + UNIT - 1, 1, free)}, FREE_RULE)


def test_is_free_large(frames):
    n = frames.unit(frames.here, FREE, UNIT)
    frames.is_free({"2 MiB, all free": (n, 2, True)}, FREE_RULE)
    for about, count in frames.world.mixed((
            ("one of them is not", UNIT - 1), ("two are", 2),
            ("none is free", 0))):
        frames.books.put(n + 1, UNIT - 1, kind=DIRTY, level=1)
        frames.books.put(n + 1, max(count - 1, 0), kind=FREE, level=1)
        frames.books.put(n, kind=FREE if count else KERNEL, level=1)
        frames.books.put_extent(2, n, count)
        frames.is_free({f"2 MiB of which {about}": (n, 2, False)}, FREE_RULE)


def check_frames_giant(frames):
    """1 GiB is free, is taken, given back and cleared."""
    n, books, number = frames.giant(THERE), frames.books, frames.world.number
    inner = n + number(7, 1, UNIT - 1) * UNIT
    page = inner + number(3, 1, UNIT)
    owner = number(5, 2, w.PROCESS_MAX)
    frames.is_free({"1 GiB": (n, 3, True), "2 MiB in it": (inner, 2, True),
                    "a page in it": (page, 1, True)}, FREE_RULE)
    books.put(page, kind=MEMORY, level=1, owner=1)
    books.put_extent(2, inner, UNIT - 1)
    books.put_extent(3, n, UNIT - 1)
    frames.is_free({"1 GiB without a page": (n, 3, False),
                    "2 MiB beside it": (inner + UNIT, 2, True)}, FREE_RULE)
    frames.giant(n)
    asked = "1 GiB"
    frames.run(TAKE_RULE, asked, frame_take(n, MEMORY, 3, owner))
    frames.record(n, TAKE_RULE, asked, kind=MEMORY, level=3, owner=owner)
    frames.extents(n, UNIT - 1, UNIT - 1, asked)
    frames.extents(inner, UNIT, UNIT - 1, asked)
    frames.is_free({"2 MiB in 1 GiB of memory": (inner, 2, False),
                    "a page in it": (page, 1, False)}, FREE_RULE)
    frames.run(DROP_RULE, asked, frame_drop(n))
    frames.record(n, DROP_RULE, asked, kind=DIRTY, level=3)
    frames.is_free({"2 MiB in a dirty GiB": (inner, 2, False),
                    "a page in it": (page, 1, False)}, FREE_RULE)
    books.put(n, kind=DIRTY, level=3, cleared=GIANT - 20)
    frames.fill(n + GIANT - 20, 20)
    found = frames.run(CLEAN_RULE, asked, frame_clean(n))
    frames.record(n, CLEAN_RULE, asked, kind=DIRTY, level=3,
                  cleared=GIANT - 4)
    found += frames.run(CLEAN_RULE, asked, frame_clean(n))
    check_answers(found, [MORE, OK], asked)
    frames.record(n, CLEAN_RULE, asked, kind=FREE, level=1)
    frames.extents(n, UNIT, UNIT, asked)


def check_answers(found, wanted, asked):
    names = [w.Error(value).name if value in list(w.Error) else hex(value)
             for value in found]
    right = [w.Error(value).name for value in wanted]
    same(names, right, asked)


def same(found, wanted, asked, rule=CLEAN_RULE):
    equal(", ".join(found), ", ".join(wanted), rule, asked, str)


def test_take(frames):
    n = frames.unit(frames.here, FREE, UNIT)
    left, number = UNIT, frames.world.number
    for at, (kind, level, owner) in zip(
            frames.spots(range(4)), frames.world.in_order((
                (MEMORY, 1, number(1, 1, 99)), (TABLE, 4, 255),
                (TABLE, 2, number(3, 1, 99)),
                (MEMORY, 1, number(2, 1, 99))))):
        frames.books.put(n + at, kind=FREE, level=1)
        asked = f"frame_take(frame, {w.KIND[kind]}, {level}, {owner})"
        frames.run(TAKE_RULE, asked, frame_take(n + at, kind, level, owner))
        frames.record(n + at, TAKE_RULE, asked, kind=kind, level=level,
                      owner=owner)
        left -= 1
        frames.extents(n, left, 0, asked)
    frames.unit(n, FREE, UNIT)
    asked, owner = "2 MiB", number(7, 1, w.PROCESS_MAX)
    frames.run(TAKE_RULE, asked, frame_take(n, MEMORY, 2, owner))
    frames.record(n, TAKE_RULE, asked, kind=MEMORY, level=2, owner=owner)
    frames.record(n + 1, TAKE_RULE, asked, kind=FREE, level=1)
    frames.extents(n, UNIT - 1, 0, asked)


def test_drop(frames):
    here, number = frames.here, frames.world.number
    for kind, level, unit in frames.world.mixed((
            (MEMORY, 1, 1), (MEMORY, 2, 2), (TABLE, 2, 1), (TABLE, 3, 1),
            (TABLE, 5, 1))):
        asked = f"a {w.KIND[kind]} of level {level}"
        n = here + (number(0, 0, UNIT) if unit == 1 else 0)
        frames.unit(here, FREE, UNIT - 1)
        frames.fill(n, 1)
        frames.books.put(n, kind=kind, level=level, owner=number(
            9, 1, w.PROCESS_MAX), flags=w.GIVEN)
        frames.run(DROP_RULE, asked, frame_drop(n))
        frames.record(n, DROP_RULE, asked, kind=DIRTY, level=unit)
        frames.extents(n, UNIT - 1, 0, asked)
        same([str(len(frames.cleared(n, 1)))], ["0"],
                f"{asked}: how many frames were cleared")


def test_clean(frames):
    n = frames.unit(frames.here)
    frames.unit(n + UNIT)
    frames.fill(n, UNIT + 1)
    asked, one = "a dirty frame", n + frames.world.number(3, 0, 40)
    found = frames.run(CLEAN_RULE, asked, frame_clean(one))
    check_answers(found, [OK], asked)
    frames.record(one, CLEAN_RULE, asked, kind=FREE, level=1)
    frames.extents(n, 1, 0, asked)
    same(map(hex, frames.cleared(n, 40)), [hex(one)],
            f"{asked}: which frames are clear")
    frames.unit(n, FREE, UNIT - 1)
    frames.books.put(n, kind=DIRTY, level=2)
    frames.fill(n, UNIT + 1)
    for step in range(1, 33):
        asked = f"step {step} of clearing 2 MiB"
        found = frames.run(CLEAN_RULE, asked, frame_clean(n))
        check_answers(found, [MORE if step < 32 else OK], asked)
        same(map(hex, frames.cleared(n, UNIT + 1)),
                map(hex, range(n, n + 16 * step)),
                f"{asked}: which frames are clear")
        if step < 32:
            frames.record(n, CLEAN_RULE, asked, kind=DIRTY, level=2,
                          cleared=16 * step)
            frames.extents(n, UNIT - 1, 0, asked)
    frames.record(n, CLEAN_RULE, asked, kind=FREE, level=1)
    frames.extents(n, UNIT, 1, asked)


def seeded_calls(frames, chance):
    """(calls that were made to find the unit clean but for six frames, [(a
    step, its answer or None, {frame: kind} after it)])."""
    n = frames.unit(frames.here)
    kinds, found = dict.fromkeys(range(n, n + UNIT), DIRTY), []
    some = [n + i for i in (0, 1, 2, 3, 200, 511)]

    def call(step, answer, at=None, kind=None):
        if at is not None:
            kinds[at] = kind
        found.append((step, answer, dict(kinds)))
    for at in range(n, n + UNIT):
        if at not in some:
            call(frame_clean(at), OK, at, FREE)
    for _ in range(300):
        at = chance.choice(some)
        if kinds[at] == DIRTY:
            call(frame_clean(at), OK, at, FREE)
        elif kinds[at] == FREE and chance.random() < 0.5:
            kind = chance.choice((MEMORY, TABLE))
            level = 1 if kind == MEMORY else chance.randrange(2, 6)
            call(frame_take(at, kind, level, 3), None, at, kind)
        elif kinds[at] in (MEMORY, TABLE):
            call(frame_drop(at), None, at, DIRTY)
        call(frame_is_free(at, 1), kinds[at] == FREE)
        call(frame_is_free(n, 2),
             all(kind == FREE for kind in kinds.values()))
    return found


def judge_seeded(frames, seed, made):
    """Makes these calls. Wrong unless answers, kinds, extents and the
    content of memory are right after the last of them."""
    frames.unit(frames.here)
    frames.fill(frames.here, UNIT + 16)
    steps = [step for step, _, _ in made]
    told = frames.run(SEEDED, f"seed {seed}", *steps)
    for n, (answer, (step, right, _)) in enumerate(zip(told, made), 1):
        frames.world.session.at = n - 1
        asked = world.told(step, f"seed {seed}, call {n}")
        if right is not None:
            same([str(answer & 255)], [str(int(right))], asked, SEEDED)
    kinds = made[-1][2]
    for at, kind in kinds.items():
        record = frames.books.get(at)
        same([w.KIND.get(record.kind, str(record.kind))], [w.KIND[kind]],
             f"{asked}\n       the record of frame {at:#x}", SEEDED)
    free = sum(kind == FREE for kind in kinds.values())
    frames.extents(frames.here, free, int(free == UNIT), asked)
    clean = {at for at, kind in kinds.items() if kind != DIRTY}
    dirty = set(range(frames.here, frames.here + UNIT + 16)) - clean
    cleared = frames.cleared(frames.here, UNIT + 16)
    never = {at for at in dirty if at not in ever_clean(made)}
    same(map(hex, sorted(never & set(cleared))), [],
         f"{asked}\n       frames that were cleared, and not to be", SEEDED)
    same(map(hex, sorted(clean - set(cleared))), [],
         f"{asked}\n       free frames that are not clear", SEEDED)


def ever_clean(made):
    """The frames that these calls cleared."""
    return {step.args[0] for step, _, _ in made if step.what == CLEAN}


def test_frame_seeded(frames, settings):
    """Takes, drops, cleanings and questions in any order."""
    for seed in settings.seeds["frame"]:
        made = seeded_calls(frames, random.Random(seed))
        blamed(frames.world, len(made),
               lambda count, seed=seed, made=made: judge_seeded(
                   frames, seed, made[:count]))
