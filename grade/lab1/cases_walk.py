"""The cases of exercise 1.3: boot/walk.c."""

import random

from grade import paging
from grade.lab1.bits import DIRECT, GIB1, LAST, NX, P, PS, PU, PW, USER
from grade.lab1.numbers import Numbers
from grade.lab1.probe import (STEP_BOUND, STEP_FIND, STEP_MAKE, STEP_PLANT,
                              STEP_STARVE, STEP_TRANSLATE, tables)


def cases(seeds, secret):
    n = Numbers(secret, "walk")
    return (_walk_find(n) + _walk_stops(n) + _walk_canonical(n)
            + _walk_make(n) + _walk_fails(n) + _walk_translate(n)
            + _walk_seeded(seeds))


def _walk_find(n):
    found = []
    for depth, test in ((4, "test_walk_four_levels"),
                        (5, "test_walk_five_levels")):
        for va in (n.low, n.high4, DIRECT, LAST) + (
                (n.high5,) if depth == 5 else ()):
            found.append(tables(
                test, f"walk_find of {va:#x} to every level, {depth} levels",
                (STEP_PLANT, va, 1, n.leaf),
                *((STEP_FIND, va, to) for to in range(depth, 0, -1)),
                depth=depth))
    return found


def _walk_stops(n):
    test = "test_walk_stops"
    return [tables(test, f"{about}, {depth} levels",
                    *([(STEP_PLANT, n.low, level, bits)] if level else []),
                    *((STEP_FIND, n.low, to) for to in (1, 2, 3, depth)),
                    depth=depth)
            for depth in (4, 5) for about, level, bits in (
                ("nothing mapped", 0, 0), ("a 2 MiB page", 2, n.leaf2),
                ("a 1 GiB page", 3, n.leaf3), ("an empty PDE", 2, 0),
                ("an empty entry full of other bits", 1, ~1),
                ("an empty PDPTE with PS", 3, PS | PW | 0x1000))]


def _walk_canonical(n):
    test = "test_walk_canonical"
    return [tables(test, f"{va:#x} with {depth} levels",
                    (STEP_FIND, va, 1), (STEP_MAKE, va, 1, 0),
                    (STEP_TRANSLATE, va), depth=depth)
            for depth, bad in ((4, n.bad4 + (n.high5,)), (5, n.bad5))
            for va in bad] + [
        tables(test, f"the last canonical addresses, {depth} levels",
                *((STEP_FIND, va, 1) for va in good), depth=depth)
        for depth, good in ((4, (0x7fffffffffff, DIRECT)),
                            (5, (0xffffffffffffff, 0xff00000000000000)))]


def _walk_make(n):
    test, found = "test_walk_make", []
    for depth in (4, 5):
        for how in (0, USER):
            found.append(tables(
                test, f"walk_make to level 1, how {how}, {depth} levels",
                (STEP_MAKE, n.low, 1, how), (STEP_FIND, n.low, 1),
                depth=depth))
            found.append(tables(
                test, f"two in one table, one elsewhere, how {how}, {depth} "
                "levels", (STEP_MAKE, n.high4, 1, how),
                (STEP_MAKE, n.high4 + 0x1000, 1, how),
                (STEP_MAKE, n.high4 + GIB1, 2, how), depth=depth))
        found.append(tables(
            test, f"walk_make to levels 4, 3, 2, {depth} levels",
            (STEP_MAKE, n.low, 4, USER), (STEP_MAKE, n.low, 3, USER),
            (STEP_MAKE, n.low, 2, USER), (STEP_MAKE, n.low, 2, USER),
            depth=depth))
        found.append(tables(
            test, f"an entry that is there already, {depth} levels",
            (STEP_PLANT, n.low, 1, n.leaf), (STEP_MAKE, n.low, 1, 0),
            depth=depth))
        found.append(tables(
            test, f"tables that are there stay as they are, {depth} levels",
            (STEP_MAKE, n.low, 1, 0), (STEP_MAKE, n.low + 0x1000, 1, USER),
            depth=depth))
        found.append(tables(
            test, f"an empty entry full of other bits, {depth} levels",
            (STEP_PLANT, n.low, 3, PS | PW | 0x1000),
            (STEP_MAKE, n.low, 1, USER), depth=depth))
    return found


def _walk_fails(n):
    test = "test_walk_make_fails"
    return [
        tables(test, "a 2 MiB page in the way",
                (STEP_PLANT, n.low, 2, n.leaf2),
                (STEP_MAKE, n.low, 1, USER), (STEP_MAKE, n.low, 2, USER)),
        tables(test, "a 1 GiB page in the way",
                (STEP_PLANT, n.low, 3, n.leaf3),
                (STEP_MAKE, n.low, 1, USER), (STEP_MAKE, n.low, 2, USER)),
        tables(test, "no frame left", (STEP_STARVE, 0),
                (STEP_MAKE, n.low, 1, USER), (STEP_FIND, n.low, 1)),
        tables(test, "one frame left where three are needed",
                (STEP_STARVE, 1), (STEP_MAKE, n.low, 1, USER),
                (STEP_FIND, n.low, 1)),
        tables(test, "no frame left, and none needed",
                (STEP_PLANT, n.low, 1, n.leaf), (STEP_STARVE, 0),
                (STEP_MAKE, n.low, 1, USER)),
        tables(test, "just as many frames as needed", (STEP_STARVE, 3),
                (STEP_MAKE, n.low, 1, USER), (STEP_FIND, n.low, 1)),
    ]


def _walk_translate(n):
    test, found = "test_walk_translate", []
    for level, leaf in ((1, n.leaf), (2, n.leaf2), (3, n.leaf3)):
        found.append(tables(test, f"a page of level {level}",
                             (STEP_PLANT, n.low, level, leaf),
                             (STEP_TRANSLATE,
                              n.low + n.pages(0x123, 1, 0xffe)),
                             (STEP_TRANSLATE, n.low + 0xfff)))
    for clear, put, about in ((PW, 0, "no W"), (PU, 0, "no U"), (0, NX, "NX")):
        for level in (2, 3, 4):
            found.append(tables(
                test, f"a table whose entry of level {level} has {about}",
                (STEP_PLANT, n.low, 1, n.frame(0x777) << 12 | P | PW | PU),
                (STEP_BOUND, n.low, level, clear, put),
                (STEP_TRANSLATE, n.low)))
    found.append(tables(test, "nothing there", (STEP_TRANSLATE, n.low)))
    found.append(tables(test, "a page without P",
                         (STEP_PLANT, n.low, 1, n.leaf & ~P),
                         (STEP_TRANSLATE, n.low)))
    return found


def _walk_seeded(seeds):
    found = []
    for seed in seeds:
        rng = random.Random(seed)
        depth = rng.choice((4, 5))
        commands, used = [], []
        for _ in range(4):
            va = paging.canonical(rng.randrange(1 << 57), depth)
            commands.append((STEP_MAKE, va, rng.choice((1, 1, 2)),
                             rng.choice((0, USER))))
            used.append(va)
        for va in used:
            commands.append((STEP_FIND, va, rng.randrange(1, depth + 1)))
            commands.append((STEP_TRANSLATE, va))
        found.append(tables("test_walk_seeded", f"seed {seed}", *commands,
                             depth=depth))
    return found
