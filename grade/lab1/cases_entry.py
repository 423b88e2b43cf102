"""The cases of exercise 1.2: core/entry.c."""

import random
import struct

from grade import paging
from grade.lab1.bits import (NX, P, PCD, PS, PU, PW, PWT, R, TABLE, UNCACHED,
                             USER, W, X)
from grade.lab1.numbers import Numbers
from grade.lab1.probe import KIND_ENTRY, Case

IGNORED = 0x7ff << 52 | 0xe60   # bits of an entry that say nothing of a right


def make_bits(frame, level, rights, how):
    """What entry_make must give."""
    if not rights & R:
        return 0
    bits = frame << 12 | P | (PW if rights & W else 0)
    bits |= 0 if rights & X else NX
    bits |= PU if how & USER else 0
    bits |= PCD | PWT if how & UNCACHED else 0
    bits |= PS if level > 1 and not how & TABLE else 0
    return bits


def _entry(test, about, expected, *words):
    return Case(test, about, KIND_ENTRY,
                struct.pack("<5Q", *words, *[0] * (5 - len(words))), expected)


def _make(test, frame, level, rights, how):
    return _entry(test, f"entry_make({frame:#x}, {level}, {rights}, {how})",
                  make_bits(frame, level, rights, how),
                  0, frame, level, rights, how)


def cases(seeds, secret):
    n = Numbers(secret, "entry")
    return (_entry_make(n) + _entry_nothing(n) + _entry_read(n)
            + _entry_frame(n) + _entry_change(n) + _entry_seeded(seeds))


def _entry_make(n):
    top, table = (1 << 40) - 1, n.frame(7)
    return ([_make("test_entry_make", f, 1, r, h)
             for f in (0, n.frame(0x123), top)
             for r in (R, R | W, R | X, R | W | X) for h in (0, USER)]
            + [_make("test_entry_pages_and_tables", n.frame(0x40000, 18),
                     level, R | W, h)
               for level in (1, 2, 3) for h in (0, TABLE, USER, TABLE | USER)]
            + [_make("test_entry_pages_and_tables", table, level, R | W | X,
                     TABLE) for level in (4, 5)]
            + [_make("test_entry_make", n.frame(0xfee00), 1, R | W,
                     UNCACHED | u) for u in (0, USER)])


def _entry_nothing(n):
    """What is empty without R, and, of the same, what is not with it."""
    test, frame = "test_entry_nothing", n.frame(0x55, 9)
    with_r = [_make(test, frame, level, R | r, h) for level in (1, 2, 4)
              for r, h in ((X, 0), (W, USER))]
    for case in with_r:
        case.mask = P
    return with_r + [_make(test, frame, level, r, h) for level in (1, 2, 4)
                     for r in (0, W, X, W | X)
                     for h in (0, USER, TABLE | USER)]


SAMPLES = (0, P, P | PW, P | NX, P | PW | PU | NX, PW | NX, PS,
           P | PS | NX, P | PW | PS, P | 0x60 | PW, 0xabc000 | P | PU,
           P | 0x7ff << 52, P | 0xe00 | NX)


def _samples(n):
    """SAMPLES; with a secret, each with other bits that say nothing."""
    return [n.secret.pick(bits, lambda dice: bits | dice.randrange(1 << 63)
                          & IGNORED, "sample", bits) if bits & P else bits
            for bits in SAMPLES]


def _entry_read(n):
    found = []
    for bits in _samples(n):
        rights = 0
        if bits & P:
            rights = R | (W if bits & PW else 0) | (0 if bits & NX else X)
        found.append(_entry("test_entry_read", f"entry_rights({bits:#x})",
                            rights, 1, bits))
        for level in (1, 2, 3, 4, 5):
            if level > 3 and bits & PS:
                continue
            page = bool(bits & P) and (level == 1 or bool(bits & PS))
            found.append(_entry("test_entry_read",
                                f"entry_is_page({bits:#x}, {level})",
                                int(page), 2, bits, level))
    return found


def _entry_frame(n):
    found = []
    table = n.frame(0x34567)
    for base, level in ((n.frame(0x12345), 1), (n.frame(0x3fe00, 9), 2),
                        (n.frame(0x80000, 18), 3),
                        ((1 << 40) - 1, 1), ((1 << 40) - 512, 2)):
        for extra in (P, P | NX, P | 0x7ff << 52 | 0xe7e, P | PW | PU | 0x60):
            bits = base << 12 | extra | (PS if level > 1 else 0)
            if level > 1:
                found.append(_entry("test_entry_frame", "entry_frame of a "
                                    f"page with PAT, {bits | 0x1000:#x}, "
                                    f"level {level}", base, 3, bits | 0x1000,
                                    level))
            found.append(_entry("test_entry_frame",
                                f"entry_frame({bits:#x}, {level})", base, 3,
                                bits, level))
    for level in (2, 3, 4, 5):
        bits = table << 12 | P | PW | PU | NX
        found.append(_entry("test_entry_frame", f"entry_frame of a table, "
                            f"{bits:#x}, level {level}", table, 3, bits,
                            level))
    return found


def _changed(bits, rights):
    if not rights & R:
        return 0
    bits &= ~(P | PW | NX)
    return bits | P | (PW if rights & W else 0) | (0 if rights & X else NX)


def _entry_change(n):
    return [_entry("test_entry_change",
                   f"entry_with_rights({bits:#x}, {rights})",
                   _changed(bits, rights), 4, bits, rights)
            for bits in _samples(n) if bits & P
            for rights in (0, W, R, R | W, R | X, R | W | X)]


def _entry_seeded(seeds):
    found = []
    for seed in seeds:
        rng = random.Random(seed)
        level = rng.randrange(1, 6)
        how = rng.choice((0, USER, UNCACHED, USER | UNCACHED))
        how |= TABLE if level > 3 or rng.random() < 0.3 else 0
        frame = rng.randrange(1 << 40)
        if level in (2, 3) and not how & TABLE:
            frame &= -(paging.size_of(level) >> 12)
        found.append(_make("test_entry_seeded", frame, level,
                           rng.randrange(8), how))
        bits = make_bits(frame, level, R | rng.randrange(8), how)
        bits |= rng.randrange(1 << 11) << 52 | rng.choice((0, 0xe60))
        found.append(_entry("test_entry_seeded", f"entry_frame({bits:#x}, "
                            f"{level})", frame, 3, bits, level))
        rights = rng.randrange(8)
        found.append(_entry("test_entry_seeded", "entry_with_rights("
                            f"{bits:#x}, {rights})", _changed(bits, rights),
                            4, bits, rights))
    return found
