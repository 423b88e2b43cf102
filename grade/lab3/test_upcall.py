"""Exercise 3.4: upcall_deliver, called by the harness with frames and
contexts of the grader's."""

import random
from types import SimpleNamespace

import pytest

from grade.ops import words as w
from grade.ops.scene import ME
from grade.ops.script import FRAME, upcall_deliver
from grade.ops.watch import Changing
from grade.secret import of_this_run
from grade.verdict import LetIn, check, equal

SAVED = "the `trap` area holds the registers as they were, and what happened"
GOES_ON = "the frame continues at the handler, with rdi, rsi, rdx and rsp"
STACK = "rsp is stack_high, or 128 bytes below a stack in use; by 16"
READS = "each word of the context is read once"
NOTHING = "what cannot be delivered changes nothing"
FLAGS = "a handler starts in ring 3 with fresh flags, interrupts on"
SECRET = of_this_run()
LOW = SECRET.pick(0x7f_0000_1000, lambda dice: 0x7f_0000_0000
                  + (dice.randrange(16, 1 << 16) << 12), "low")
HIGH = LOW + 0x8000
HANDLER = SECRET.pick(0x40_1230, lambda dice: dice.randrange(1, 1 << 38),
                      "handler")
STEP = SECRET.pick(0x1111, lambda dice: dice.randrange(1 << 12, 1 << 50),
                   "step")          # from one word of a context to the next
IF, DF, TF, AC, NT, ALWAYS = 1 << 9, 1 << 10, 1 << 8, 1 << 18, 1 << 14, 2
ARITHMETIC = 0x8d5
KEPT = [name for name in FRAME[:15] if name not in ("rdi", "rsi", "rdx")]
ADDRESS = SECRET.pick(0xdead_beef_1008, lambda dice: dice.getrandbits(47),
                      "address")
CONTEXT_WORDS = 512
AT, REGISTERS = w.CONTEXT_WORDS, w.REGISTERS
USER_CODE, USER_DATA = 0x23, 0x1b


class Upcall:
    """Delivers one, and keeps all words before and after."""

    def __init__(self, scene):
        self.world = scene.world
        self.context = scene.context(ME)
        self.limit = 1 << 12 + 9 * (self.world.model.depth - 1)
        self.world.prepare()
        self.world.sync()

    def registers(self, seed, **given):
        """A frame of a program in ring 3, each register with a value of its
        own."""
        chance = SECRET.pick(random.Random(seed), lambda dice: dice,
                             "registers", seed)
        frame = {name: chance.getrandbits(64) for name in FRAME}
        frame |= {"vector": 14, "error": 6, "rip": chance.getrandbits(38),
                  "cs": USER_CODE, "ss": USER_DATA, "rflags": 0x246,
                  "rsp": 0x7e_0000_0010 + 8 * chance.randrange(1 << 20)}
        return frame | given

    def run(self, rule, asked, frame, entry=HANDLER, address=ADDRESS,
            **context):
        """Delivers with these words in the context; what came of it."""
        words = {"stack_low": LOW, "stack_high": HIGH, "mask": 0} | context
        page = [STEP * n for n in range(CONTEXT_WORDS)]
        for name, word in words.items():
            page[AT[name] // 8] = word
        self.world.poke(self.context, 0, *page)
        answer = self.world.steps(
            [upcall_deliver(ME, frame, entry, address)], rule, asked)[0]
        self.world.written(answer, rule, asked)
        after = self.world.peek(self.context, 0, CONTEXT_WORDS)
        return SimpleNamespace(
            delivered=answer.value & 1, frame=dict(zip(FRAME, answer.words)),
            page=page, after=list(after),
            mask=after[AT["mask"] // 8],
            trap=dict(zip(REGISTERS, after[AT["trap"] // 8:])))


@pytest.fixture
def upcall(scene):
    return Upcall(scene)


def test_upcall_saves(upcall):
    for seed in (1, 2):
        frame = upcall.registers(seed, vector=13 + seed, error=seed * 5)
        got = upcall.run(SAVED, "a fault", frame)
        check(got.delivered, SAVED, "a fault", "it answered false")
        for name in REGISTERS:
            wanted = ADDRESS if name == "address" else frame[name]
            equal(got.trap[name], wanted, SAVED, f"`trap.{name}`", hex)
        check(got.mask != 0, "an upcall sets the mask", "`mask` afterwards",
              "0")
        touched = {AT["mask"] // 8} | {
            AT["trap"] // 8 + n for n in range(len(REGISTERS))}
        for n, (was, now) in enumerate(zip(got.page, got.after)):
            check(n in touched or was == now, SAVED, f"the context's word "
                  f"at offset {8 * n}", f"{now:#x}, which was {was:#x}")


def test_upcall_frame(upcall):
    for vector, error, entry in upcall.world.mixed((
            (14, 7, HANDLER), (6, 0, 0x1000), (256, 0, upcall.limit - 1))):
        frame = upcall.registers(vector, vector=vector, error=error)
        asked = f"vector {vector} to the handler at {entry:#x}"
        got = upcall.run(GOES_ON, asked, frame, entry)
        check(got.delivered, GOES_ON, asked, "it answered false")
        for name, wanted in (("rip", entry), ("rdi", vector),
                             ("rsi", error), ("rdx", ADDRESS),
                             ("rsp", HIGH)):
            equal(got.frame[name], wanted, GOES_ON, f"{asked}: {name}", hex)
        for name in KEPT:
            equal(got.frame[name], frame[name], "the handler finds the other "
                  "registers as they were", f"{asked}: {name}", hex)


def test_upcall_reads_once(upcall):
    """Another process may write the context while the kernel reads it."""
    rsp, inside = LOW - 0x5000, LOW + 0x800
    for name, first, second, at, wanted in upcall.world.mixed((
            ("stack_high", HIGH, HIGH + 0x8000, rsp, HIGH),
            ("stack_high", HIGH, LOW, inside, inside - 128),
            ("stack_low", LOW, 0, rsp, HIGH),
            ("stack_low", LOW, HIGH, inside, inside - 128),
            ("mask", 0, 1, rsp, HIGH))):
        asked = (f"`{name}` is {first:#x}, and {second:#x} once the kernel "
                 f"has read it; rsp {at:#x}")
        with Changing(upcall.world, upcall.context, AT[name], second):
            got = upcall.run(READS, asked, upcall.registers(8, rsp=at),
                             **{name: first})
        check(got.delivered, READS, asked, "it answered false")
        equal(got.frame["rsp"], wanted, READS, f"{asked}: rsp", hex)


def judge_stack(upcall, cases):
    """{what: (rsp, words of the context, rsp in the handler)}."""
    for about, (rsp, context, wanted) in upcall.world.mixed(cases.items()):
        asked = f"{about}: rsp {rsp:#x}"
        got = upcall.run(STACK, asked, upcall.registers(7, rsp=rsp),
                         **context)
        check(got.delivered, STACK, asked, "it answered false")
        equal(got.frame["rsp"], wanted, STACK, asked, hex)
        equal(got.trap["rsp"], rsp, SAVED, asked, hex)


def test_upcall_stack(upcall):
    judge_stack(upcall, {
        "the program's own stack, below": (LOW - 0x5000, {}, HIGH),
        "one above": (HIGH + 0x5000, {}, HIGH),
        "no stack at all": (0, {}, HIGH),
        "the lowest address, where a stack is full": (LOW, {}, HIGH),
        "just above the upcall stack": (HIGH + 1, {}, HIGH),
        "an address of the upper half": (w.WORD - 7, {}, HIGH),
        "stack_high that is no multiple of 16":
            (LOW - 64, {"stack_high": HIGH + 15}, HIGH),
        "no upcall stack": (LOW - 64, {"stack_low": 0, "stack_high": 0}, 0),
    })


def test_upcall_nested(upcall):
    """Inside the upcall stack, the red zone is left alone."""
    judge_stack(upcall, {
        "in the middle": (HIGH - 0x1000, {}, HIGH - 0x1000 - 128),
        "at the very top": (HIGH, {}, HIGH - 128),
        "no multiple of 16": (HIGH - 0x108, {}, HIGH - 0x110 - 128),
        "odd": (HIGH - 0x1ff, {}, HIGH - 0x200 - 128),
        "one below a multiple of 16":
            (HIGH - 0x1001, {}, HIGH - 0x1010 - 128),
        "just above stack_low": (LOW + 1, {}, LOW - 128),
    })


def test_upcall_flags(upcall):
    for about, flags in upcall.world.mixed((
            ("the direction flag", DF | IF | ALWAYS),
            ("the trap flag", TF | IF | ALWAYS),
            ("alignment check and nested task", AC | NT | ALWAYS),
            ("all arithmetic flags", ARITHMETIC | IF | ALWAYS),
            ("interrupts off", ALWAYS))):
        got = upcall.run(FLAGS, about, upcall.registers(3, rflags=flags,
                                                        cs=0x8, ss=0x10))
        check(got.delivered, FLAGS, about, "it answered false")
        equal(got.frame["rflags"] | ALWAYS, IF | ALWAYS, FLAGS,
              f"rflags in the handler, after {about}", hex)
        if (got.frame["cs"], got.frame["ss"]) != (USER_CODE, USER_DATA):
            raise LetIn(FLAGS, about, "cs and ss are "
                        f"{got.frame['cs']:#x} and {got.frame['ss']:#x}")
        equal(got.trap["rflags"], flags, SAVED, "`trap.rflags`", hex)


def judge_refused(upcall, about, frame, entry, **context):
    """It must answer false, and change nothing."""
    got = upcall.run(NOTHING, about, frame, entry, **context)
    if got.delivered:
        raise LetIn(NOTHING, about, "it answered true")
    for name in FRAME:
        equal(got.frame[name], frame[name], NOTHING,
              f"{about}: {name} of the frame", hex)
    for n, (was, now) in enumerate(zip(got.page, got.after)):
        equal(now, was, NOTHING, f"{about}: the context's word at offset "
              f"{8 * n}", hex)


def test_upcall_no_entry(upcall):
    judge_refused(upcall, "entry 0", upcall.registers(4), 0)
    number = upcall.world.number
    for entry in upcall.world.mixed((
            upcall.limit, number(upcall.limit + 0x1000, upcall.limit, 1 << 57),
            1 << 63, number(0xffffffff80000000, 1 << 63, w.WORD), w.WORD)):
        judge_refused(upcall, f"the entry {entry:#x}, outside "
                      "user space", upcall.registers(4), entry)


def test_upcall_masked(upcall):
    number = upcall.world.number
    for mask in upcall.world.mixed((1, number(2, 2, w.WORD), 1 << 32, 1 << 63,
                                    w.WORD)):
        judge_refused(upcall, f"mask {mask:#x}", upcall.registers(5),
                      HANDLER, mask=mask)


def test_upcall_four_levels(upcall):
    """User space is smaller there."""
    for entry in upcall.world.mixed((1 << 39, 1 << 47)):
        judge_refused(upcall, f"the entry {entry:#x}, with four levels",
                      upcall.registers(6), entry)
    got = upcall.run(GOES_ON, "the last address with four levels",
                     upcall.registers(6), (1 << 39) - 1)
    check(got.delivered, GOES_ON, "the last address with four levels",
          "it answered false")
