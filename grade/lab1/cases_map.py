"""The cases of exercise 1.4: boot/map.c."""

import random

from grade.lab1.bits import (DIRECT, GIB1, KIB4, LAST, MIB2, R, UNCACHED,
                             USER, W, X)
from grade.lab1.numbers import Numbers
from grade.lab1.probe import (STEP_KMAP, STEP_LEVEL, STEP_MAP, STEP_PLANT,
                              STEP_STARVE, tables)

KMAP_ENOUGH = 64        # frames, for tables of the image and of a small RAM


def cases(seeds, secret):
    n = Numbers(secret, "map")
    return (_map_level(n) + _map_small(n) + _map_large(n) + _map_errors(n)
            + _map_full(n) + _map_seeded(seeds)
            + [tables("test_kmap_error", "kmap_build without a frame for a "
                      "table", (STEP_KMAP, 0)),
               tables("test_kmap_error", "kmap_build with frames enough",
                      (STEP_KMAP, KMAP_ENOUGH))])


def _map_level(n):
    places = (0, KIB4 * n.pages(1, 1, 511), MIB2 * n.pages(1, 1, 511),
              MIB2 * n.pages(3, 1, 511), GIB1 * n.pages(1, 1, 99),
              GIB1 * n.pages(5, 1, 99))
    sizes = (KIB4, MIB2 - KIB4, MIB2, GIB1 - KIB4, GIB1, GIB1 * 4)
    return [tables("test_map_level",
                   f"map_level with pages up to level {largest}",
                   *n.secret.shuffled(
                       ((STEP_LEVEL, n.base + va, pa, size) for va in places
                        for pa in places[::2] for size in sizes),
                       "level", largest), pages=largest)
            for largest in (2, 3)]


def _map(va, pa, size, rights=R | W, how=0):
    return (STEP_MAP, va, pa, size, rights, how)


def _map_small(n):
    test = "test_map_small"
    return [
        tables(test, "one page", _map(n.low, n.frame(0x123) * KIB4, KIB4,
                                      R | X, USER)),
        tables(test, "seven pages across a table's border",
                _map(n.gap - n.pages(3, 1, 5) * KIB4, 0x9000,
                     n.pages(7, 6, 9) * KIB4)),
        tables(test, "two ranges side by side",
                _map(n.base, 0x1000, 3 * KIB4),
                _map(n.base + 3 * KIB4, 0x700000, 2 * KIB4, R)),
        tables(test, "five levels",
               _map(n.high5 & ~0xfff, n.frame(0xabc) * KIB4, 2 * KIB4, R | W,
                    USER), depth=5),
        tables(test, "uncached", _map(n.base, 0xfee00000, KIB4, R | W,
                                       UNCACHED)),
        tables(test, "the last page of all",
                _map(LAST - 0xfff, n.frame(5) * KIB4, KIB4)),
    ]


def _map_large(n):
    test = "test_map_large"
    return [
        tables(test, "2 MiB", _map(n.base, 0, MIB2), pages=2),
        tables(test, "small pages up to a 2 MiB border, then a large one",
                _map(n.base + 0x1fe000, 0x3fe000, MIB2 + 4 * KIB4)),
        tables(test, "addresses that never align",
                _map(n.base, KIB4, 2 * MIB2)),
        tables(test, "1 GiB where the processor has it",
                _map(n.base, 0, GIB1)),
        tables(test, "1 GiB where it has not", _map(n.base, 0, GIB1),
                pages=2),
        tables(test, "4 KiB, 2 MiB, 1 GiB, 2 MiB, 4 KiB",
                _map(n.base + GIB1 - MIB2 - KIB4, GIB1 - MIB2 - KIB4,
                     GIB1 + 2 * (MIB2 + KIB4), R | W | X, USER)),
    ]


def _map_errors(n):
    test = "test_map_errors"
    busy = _map(n.low, n.frame(1) * KIB4, 4 * KIB4)
    return [
        tables(test, "not aligned", _map(n.low + 1, 0, KIB4),
                _map(n.low, 0x800, KIB4), _map(n.low, 0, 100),
                _map(n.low, 0, 0)),
        tables(test, "not canonical", _map(0x0000800000000000, 0, KIB4),
                _map(0x7ffffffff000, 0, 2 * KIB4)),
        tables(test, "leaves its half, five levels",
                _map(0x00fffffffffff000, 0, 2 * KIB4), depth=5),
        tables(test, "wraps, or goes from half to half",
                _map(LAST - 0xfff, 0, 2 * KIB4),
                _map(0x7fffff000000, 0, 0xffff800001000000)),
        tables(test, "wraps around, back into its half",
                _map(LAST - 0x7fffffff, 0, LAST - 0xfffffff)),
        tables(test, "the first page is busy", busy,
                _map(n.low, 0x9000, 2 * KIB4)),
        tables(test, "the last page is busy", busy,
                _map(n.low - 6 * KIB4, 0x9000, 7 * KIB4)),
        tables(test, "busy behind a table's border, nothing in front of it",
                _map(n.base + MIB2, 0x1000, KIB4),
                _map(n.base + MIB2 - 2 * KIB4, 0x9000, 4 * KIB4)),
        tables(test, "under a 2 MiB page", (STEP_PLANT, n.low, 2, n.leaf2),
                _map(n.low, 0x9000, KIB4)),
        tables(test, "a large page onto a table that holds one small",
                _map(n.base + 5 * KIB4, 0x5000, KIB4),
                _map(n.base, 0, MIB2)),
        tables(test, "a large page onto a table that holds nothing",
                (STEP_PLANT, n.base + MIB2, 1, 0),
                _map(n.base, 0, 4 * MIB2), _map(n.base, 0x1000, 4 * MIB2)),
        tables(test, "alignment is told before the span",
                _map(0x0000800000000001, 0, KIB4)),
        tables(test, "the span is told before busy",
                _map(0x7ffffffff000, 0, KIB4),
                _map(0x7ffffffff000, 0, 2 * KIB4)),
    ]


def _map_full(n):
    test = "test_map_full"
    return [
        tables(test, "no frame for the first table", (STEP_STARVE, 0),
                _map(n.low, 0, KIB4)),
        tables(test, "no frame for the last table of a range",
                (STEP_STARVE, 3), _map(n.gap - 2 * KIB4, 0x8000, 4 * KIB4)),
        tables(test, "just enough", (STEP_STARVE, 3),
                _map(n.low, 0x8000, KIB4)),
    ]


def _map_seeded(seeds):
    found = []
    for seed in seeds:
        rng = random.Random(seed)
        commands = []
        for _ in range(4):
            unit = rng.choice((KIB4, KIB4, MIB2))
            va = DIRECT + rng.randrange(8 * GIB1) // unit * unit
            pa = rng.randrange(16 * GIB1) // unit * unit
            size = rng.randrange(1, 700) * KIB4
            commands.append(_map(va, pa, size, R | rng.choice((0, W, X))))
        found.append(tables("test_map_seeded", f"seed {seed}", *commands,
                             depth=rng.choice((4, 5)),
                             pages=rng.choice((2, 3))))
    return found
