"""Probes for lab 1's harness (grade/lab1/harness.c): cases in, answers out.

A case is made here together with what the headers promise for it, so that a
test only compares. The seeds are the course's fixed list in lab.toml.
"""

import struct
from dataclasses import dataclass, field

KIND_INFO, KIND_ENTRY, KIND_TABLES = 1, 2, 3
(STEP_MACHINE, STEP_PLANT, STEP_FIND, STEP_MAKE, STEP_TRANSLATE, STEP_LEVEL,
 STEP_MAP, STEP_STARVE, STEP_BOUND, STEP_KMAP) = range(10)
ANSWERS = {STEP_FIND: 2, STEP_MAKE: 2, STEP_TRANSLATE: 5, STEP_LEVEL: 1,
           STEP_MAP: 1, STEP_KMAP: 1}
STEP_WORDS = 6
MISSING = 1 << 63       # in an answer's number of words


@dataclass
class Case:
    """One case: which test it belongs to, in words what it is, and what is
    expected, in whatever form the test wants it."""
    test: str
    about: str
    kind: int
    content: bytes
    expected: object = None
    answer: list = field(default_factory=list)
    missing: int = 0        # where the name of an unwritten exercise lies
    number: int = 0         # among its test's cases, from 1
    depth: int = 0
    page_levels: int = 0
    mask: int = (1 << 64) - 1       # which bits of an answer count


def encode(cases):
    """The probe that the harness reads."""
    words = [struct.pack("<Q", len(cases))]
    for case in cases:
        padded = case.content + bytes(-len(case.content) % 8)
        words.append(struct.pack("<QQ", case.kind, len(case.content)))
        words.append(padded)
    return b"".join(words)


def decode(cases, data):
    """Gives each case its answer; returns how many were answered."""
    words = struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])
    at = 0
    for number, case in enumerate(cases):
        if at >= len(words):
            return number
        count = words[at] & ~MISSING
        if words[at] & MISSING:
            case.missing = words[at + 1]
        case.answer = list(words[at + 1:at + 1 + count])
        at += 1 + count
    return len(cases)


def steps(*commands):
    """The content of a KIND_TABLES case: each command a tuple of words."""
    words = []
    for command in commands:
        words += [w & (1 << 64) - 1 for w in command]
        words += [0] * (STEP_WORDS - len(command))
    return struct.pack(f"<{len(words)}Q", *words)


def tables(test, about, *commands, depth=4, pages=3):
    """A case of commands on a fresh root, with that many levels and pages up
    to that level."""
    commands = ((STEP_MACHINE, depth, pages),) + commands
    return Case(test, about, KIND_TABLES, steps(*commands), list(commands),
                depth=depth, page_levels=pages)


def split_steps(case):
    """(root, [answers of each command]) of an answered tables() case."""
    root, *answer = case.answer
    found = []
    for command in case.expected:
        count = ANSWERS.get(command[0], 0)
        found.append(answer[:count])
        answer = answer[count:]
    return root, found
