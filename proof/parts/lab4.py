"""Lab 4: swap, the processor, and what calls the operations."""

import z3

from proof import ir
from proof.memory import bv, narrow, widen
from proof.part import Part
from proof.parts.lab1 import no_terms
from proof.parts.lab2 import of
from proof.places import Address, step as step_on
from proof.spec import batch, hand, swap
from proof.words import BATCH_MAX, OK, SLOT_INIT


def swap_terms(s, terms, me, entry, with_, resource, other, lease):
    terms.add("frame", resource, other, z3.LShR(entry, 9),
              z3.LShR(with_, 9))
    terms.add("entry", entry, with_)
    return terms.add("process", me)


def hand_terms(s, terms, me, entry, with_, *_):
    return terms.add("process", me, with_, s.giver(me))


def back_terms(s, terms, *_):
    return terms.add("process", s.running_process,
                     s.giver(s.running_process))


def rest_terms(s, terms, me, *_):
    return terms.add("process", me)


def batch_terms(s, terms, me):
    return terms.add("process", me)


def has_giver(s, *_):
    return [s.running_process != SLOT_INIT]


# ---- dispatch and batch: what they call is not looked into ------------------

def operation(name):
    """Stands for an operation: it notes who called it with what."""
    number, words = batch.CALLED[name]

    def called(executor, state, *arguments):
        memory = state.memory
        memory.write("calls", None, memory.read("calls") + 1)
        memory.write("called", bv(0), bv(number))
        for i, argument in enumerate(arguments[:len(words) + 1]):
            memory.write("called", bv(i + 1), argument)
        return batch.called_answer()
    return called


def dispatch_arguments(machine, values):
    kind = ir.Array(5, ir.Int(64))
    machine.module.globals["%arguments"] = kind
    return [values["me"], Address("%arguments"), values["number"]]


def step(executor, state, me, arguments, number):
    """Stands for operation_dispatch: each step's words are the batch's."""
    memory = state.memory
    calls = widen(memory.read("calls"))
    executor.must("no more steps than a batch has", state,
                  z3.ULT(calls, BATCH_MAX))
    whose = executor.machine.memory().read("process.context", me)
    first = whose * 512 + batch.BATCH_FIRST + calls * batch.BATCH_WORDS
    executor.must("a step's number is the batch's", state,
                  number == memory.base("context", z3.simplify(first)))
    for i in range(5):
        at = step_on(arguments, ir.Int(64), [bv(i)])
        executor.must("a step's words are the batch's", state,
                      executor.machine.load(executor, state, at, 64, False) ==
                      memory.base("context", z3.simplify(first + i + 1)))
    answer, runs = bv(OK, 32), bv(0)
    for n in range(BATCH_MAX):
        this = calls == n
        answer = z3.If(this, batch.step_answer(n), answer)
        runs = z3.If(this, batch.step_process(n), runs)
    memory.write("cpu.process", bv(0), runs)
    memory.write("calls", None, narrow(calls + 1, 8))
    return answer


PARTS = (
    of(swap, swap_terms, 4, "4.1", ("cpu_hand",)),
    Part("cpu_hand", "cpu_hand", hand.hand, "me " + hand.ARGUMENTS,
         hand_terms, 4, "4.2"),
    Part("cpu_back", "cpu_back", hand.back, "reason", back_terms, 4, "4.2",
         before=has_giver),
    Part("cpu_expire", "cpu_expire", hand.expire, "now", back_terms, 4, "4.2"),
    Part("rest", "rest_hand", hand.rest, "me resource other lease", rest_terms,
         4, None),
    Part("dispatch", "operation_dispatch", batch.dispatch, "me number",
         no_terms, 4, None, pure=True, passed=dispatch_arguments,
         primitives={name: operation(name) for name in batch.CALLED}),
    Part("batch", "batch_run", batch.batch, "me", batch_terms, 4, None,
         pure=True, words=True, primitives={"operation_dispatch": step}),
)
