"""The way to an operation (ops/dispatch.h), and a batch of them
(ops/batch.h)."""

import z3

from proof.words import (BATCH_MAX, E_OPERATION, E_RANGE, OK, OP_ALLOC,
                         OP_ATTACH, OP_COUNT, OP_CREATE, OP_SWAP, OP_UPDATE,
                         SLOT_RUNNING, ite, word)

BATCH_COUNT, BATCH_FIRST, BATCH_WORDS = 86, 87, 6    # words of a context


# What is called, as it is noted, and with which of the words that came.
REST = OP_COUNT
CALLED = {"op_create": (OP_CREATE, range(4)), "op_alloc": (OP_ALLOC, range(4)),
          "op_attach": (OP_ATTACH, range(5)), "op_swap": (OP_SWAP, range(5)),
          "op_update": (OP_UPDATE, range(3)), "rest_hand": (REST, range(2, 5))}


def dispatch(o, me, number):
    """One operation is called, once, with the words that came; the answer is
    its own. A number that is none calls nothing. A swap of slot 0 with itself
    is rest_hand's."""
    answer = word(E_OPERATION)
    came = [o.before.memory.read("%arguments", word(i)) for i in range(5)]
    rests = z3.And(number == OP_SWAP, came[0] == came[1], came[0] ==
                   o.before.directory * 512 + SLOT_RUNNING)
    for own, words in CALLED.values():
        asked = rests if own == REST else z3.And(number == own, z3.Not(rests))
        answer = z3.If(asked, z3.ZeroExt(32, called_answer()), answer)
        with o.when(asked):
            o.set("calls", None, 1)
            o.set("called", 0, own)
            o.set("called", 1, me)
            for i, n in enumerate(words):
                o.set("called", i + 2, came[n])
    o.answer(answer)


def called_answer():
    return z3.BitVec("the operation's answer", 32)


def step_answer(step):
    return z3.BitVec(f"answer of step {step}", 32)


def step_process(step):
    """Who has the processor after that step."""
    return z3.BitVec(f"process after step {step}", 64)


def batch(o, me):
    """Step after step, until one does not answer OK, or hands the processor
    over, or there are no more."""
    s = o.before
    count = s.context_word(s.context(me) * 512 + BATCH_COUNT)
    error = ite(z3.UGT(count, BATCH_MAX), E_RANGE, OK)
    done, going = word(0), error == OK
    for step in range(BATCH_MAX):
        runs = s.running_process if step == 0 else step_process(step - 1)
        going = z3.And(going, z3.ULT(step, count), runs == me)
        answer = z3.ZeroExt(32, step_answer(step))
        error = z3.If(going, answer, error)
        done = done + ite(z3.And(going, answer == OK), 1)
        with o.when(going):
            o.set("calls", None, step + 1)
            o.set("cpu.process", 0, step_process(step))
        going = z3.And(going, answer == OK)
    o.answer(done << 32 | error)
