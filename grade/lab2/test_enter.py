"""Exercise 2.4: enter.c, called by the harness with registers, contexts and
processors of the grader's."""

import random

import pytest

from grade.lab2.stubs import Stubs
from grade.ops import words as w
from grade.ops.scene import CHILD, ME
from grade.ops.script import (FRAME, enter_load, enter_operation, enter_save,
                              registers_of)
from grade.ops.watch import Changing
from grade.ops.world import error_name
from grade.verdict import LetIn, check, equal

SAVES = "the `cpu` area holds the registers, and what happened"
LOADS = "the frame holds the registers of the `cpu` area"
FLAGS = "ring 3's selectors, arithmetic flags alone, and interrupts on"
ONCE = "each word of the context is read once, and then checked"
PLAIN = {"rip": 0x401000, "rsp": 0x7ff000}
PLACE = "rip and rsp lie in user space, or it cannot run"
CALLS = "enter_operation runs one operation of the process that runs"
BATCH = "OPERATION_BATCH runs the process's batch"
GENERAL = FRAME[:15]
AREA = GENERAL + ["rip", "rflags", "rsp", "vector", "error", "address"]
AT = w.CONTEXT_WORDS["cpu"]
WORDS = 512
USER_CODE, USER_DATA, IF, ALWAYS, KEPT = 0x23, 0x1b, 1 << 9, 2, 0xcd5
NUMBER_OF_BATCH = 0x100         # OPERATION_BATCH without its bit 31


class Enter:
    """Calls of enter.c for process ME."""

    def __init__(self, scene):
        self.world = scene.world
        self.context = scene.process(ME).context
        self.limit = 1 << 12 + 9 * (self.world.model.depth - 1)
        self.plain = {name: self.world.number(word, 1 << 12, 1 << 38)
                      for name, word in PLAIN.items()}
        self.world.sync()

    def random(self, *names):
        """Random words: of that name, and of the run's secret if it has
        one."""
        fixed = random.Random(*names)
        return self.world.moved(fixed, lambda dice: random.Random(
            dice.getrandbits(64)))

    def run(self, rule, asked, step):
        """The step's answer. Wrong if its function is not written."""
        answer = self.world.steps([step], rule, asked)[0]
        self.world.written(answer, rule, asked)
        return answer

    def load(self, rule, asked, **given):
        """(answer, registers of the frame) of enter_load, with the words
        given in the `cpu` area and random ones elsewhere."""
        chance = self.random(asked)
        area = {name: chance.getrandbits(64) for name in AREA}
        area |= self.plain | {"rflags": 0x202} | given
        self.world.poke(self.context, AT, *(area[name] for name in AREA))
        frame = {name: chance.getrandbits(64) for name in FRAME}
        answer = self.run(rule, asked, enter_load(ME, frame))
        return bool(answer.value & 255), registers_of(answer), area


@pytest.fixture
def enter(scene):
    return Enter(scene)


def test_enter_save(enter):
    number = enter.world.number
    for seed, address in ((1, number(0xdead0008, 1, 1 << 64)),
                          (2, number(0, 0, 1 << 64))):
        chance = enter.random(seed)
        frame = {name: chance.getrandbits(64) for name in FRAME}
        step = number(0x1111, 1, 1 << 50)
        page = [step * n for n in range(WORDS)]
        enter.world.poke(enter.context, 0, *page)
        enter.run(SAVES, "enter_save", enter_save(ME, frame, address))
        after = list(enter.world.peek(enter.context, 0, WORDS))
        for n, name in enumerate(AREA):
            wanted = address if name == "address" else frame[name]
            equal(after[AT // 8 + n], wanted, SAVES, f"`cpu.{name}`", hex)
            page[AT // 8 + n] = wanted
        for n, (was, now) in enumerate(zip(page, after)):
            equal(now, was, "nothing else of the context is touched",
                  f"its word at offset {8 * n}", hex)


def test_enter_load(enter):
    for seed in range(3):
        asked = f"enter_load, registers of seed {seed}"
        runs, frame, area = enter.load(LOADS, asked)
        check(runs, LOADS, asked, "it answered false")
        for name in GENERAL + ["rip", "rsp"]:
            equal(frame[name], area[name], LOADS, f"{asked}: {name}", hex)


def test_enter_load_flags(enter):
    for flags in enter.world.mixed((
            0, w.WORD, 0x200 | 2, KEPT, 1 << 8, 3 << 12, 1 << 14, 1 << 17,
            1 << 18, 3 << 19, 1 << 21, 1 << 63)):
        # What a program may have comes and goes.
        flags ^= enter.world.moved(0, lambda dice: dice.choice((
            0, dice.getrandbits(12) & KEPT)))
        asked = f"rflags {flags:#x} in the `cpu` area"
        runs, frame, _ = enter.load(FLAGS, asked, rflags=flags)
        check(runs, FLAGS, asked, "it answered false")
        equal(frame["rflags"], flags & KEPT | IF | ALWAYS, FLAGS, asked, hex)
        if (frame["cs"], frame["ss"]) != (USER_CODE, USER_DATA):
            raise LetIn(FLAGS, asked, f"cs and ss are {frame['cs']:#x} and "
                        f"{frame['ss']:#x}")


def judge_places(enter):
    limit, number = enter.limit, enter.world.number
    outside = (limit, number(limit + 1, limit + 1, limit + 1000),
               number(limit + 0x1000, limit, 2 * limit), 1 << 47,
               number(1 << 56, limit, 1 << 60), 1 << 63,
               w.WORD, number(0xffffffff80000000, 0xffffffff00000000, w.WORD),
               number(0xffffd00000000000, 1 << 63, w.WORD),
               number(1 << 60 | 9, 1 << 60, 1 << 63))
    cases = [({"rip": word}, False) for word in outside]
    cases += [({"rsp": word}, False) for word in outside[1:]]
    cases += [({"rip": limit - 1}, True), ({"rsp": limit}, True),
              ({"rip": 0, "rsp": 0}, True), ({"rsp": limit - 8}, True)]
    for given, wanted in enter.world.mixed(cases):
        words = " and ".join(f"{name} {at:#x}" for name, at in given.items())
        asked = f"{words}, where user space ends at {limit:#x}"
        if any(at == 1 << 47 and at < limit for at in given.values()):
            continue
        runs, frame, _ = enter.load(PLACE, asked, **given)
        if runs and not wanted:
            raise LetIn(PLACE, asked, "it answered true")
        equal(runs, wanted, PLACE, asked)
        for name, at in given.items():
            if wanted:
                equal(frame[name], at, LOADS, f"{asked}: {name}", hex)


def test_enter_load_place(enter):
    judge_places(enter)


def test_enter_load_four(enter):
    judge_places(enter)


def test_enter_load_once(enter):
    """Another process may write the context while the kernel reads it."""
    limit = enter.limit
    number = enter.world.number
    for name, then in enter.world.mixed((
            ("rip", limit), ("rip", number(1 << 63, 1 << 63, w.WORD)),
            ("rip", number(0xffffffff80000000, limit, w.WORD)),
            ("rsp", limit + 8), ("rsp", number(1 << 63, 1 << 62, w.WORD)))):
        offset = AT + 8 * AREA.index(name)
        first = enter.plain[name]
        asked = (f"`cpu.{name}` is {first:#x}, and {then:#x} once the "
                 "kernel has read it")
        with Changing(enter.world, enter.context, offset, then):
            runs, frame, _ = enter.load(ONCE, asked, **enter.plain)
        if runs and frame[name] != first:
            raise LetIn(ONCE, asked, f"the frame's {name} is "
                        f"{frame[name]:#x}")


@pytest.fixture
def stubs(scene):
    with Stubs(scene.world) as made:
        yield made


def test_enter_operation(enter, stubs):
    chance, pick = enter.random(5), enter.world.number
    for number in enter.world.mixed((
            0, 1, 2, 3, 4, pick(5, 5, 0x80), pick(0xff, 0x80, 0x100),
            pick(0x101, 0x101, 0x180), pick(0x1ff, 0x180, 0x200))):
        args = [chance.getrandbits(64) for _ in range(5)]
        for answer in enter.world.moved((w.E_RIGHTS, w.OK), lambda dice: (
                w.OK, dice.choice(list(w.Error)))):
            asked = f"number {number:#x}"
            stubs.dispatch(int(answer))
            got = enter.run(CALLS, asked, enter_operation(number, *args))
            equal(got.value, int(answer), CALLS, f"{asked}: its answer",
                  error_name)
            calls, me, told, words = stubs.called()
            equal(calls, 1, CALLS, f"{asked}: how often operation_dispatch "
                  "ran", str)
            equal(me, w.INIT, CALLS, f"{asked}: for which process", str)
            equal(told, number, CALLS, f"{asked}: with which number", hex)
            equal(words, args, CALLS, f"{asked}: with which arguments", hexes)


def hexes(words):
    """Words in hexadecimal."""
    return ", ".join(map(hex, words))


def test_enter_batch(enter, stubs):
    number = enter.world.number
    for answer in enter.world.mixed((
            0, number(7, 1, 31) << 32 | number(int(w.E_RANGE), 2, 16),
            32 << 32)):
        stubs.dispatch(int(w.E_OPERATION))
        stubs.batch(answer)
        got = enter.run(BATCH, "a batch", enter_operation(
            NUMBER_OF_BATCH, *ignored(enter)))
        equal(got.value, answer, BATCH, "what rax is to hold", hex)
        calls, me, _, _ = stubs.called()
        equal((calls, me), (1, w.INIT), BATCH, "how often batch_run ran, "
              "and for which process", str)


def ignored(enter):
    """Arguments that nobody looks at; in practice none."""
    return enter.world.moved((), lambda dice: [
        dice.getrandbits(64) for _ in range(5)])


def test_enter_runs(enter, stubs):
    """Whoever runs is who it is for."""
    stubs.processor(ME)
    stubs.dispatch(0)
    stubs.batch(0)
    for number in (1, NUMBER_OF_BATCH):
        stubs.reset()
        enter.run(CALLS, f"process {ME} runs", enter_operation(
            number, *ignored(enter)))
        equal(stubs.called()[1], ME, CALLS, "for which process", str)
