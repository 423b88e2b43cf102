"""The functions that are proved, and the exercise that each is part of."""

import z3

from proof import ir
from proof.execute import Address
from proof.memory import bv, narrow, widen
from proof.operation import Part
from proof.spec import (alloc, attach, create, group, hand, helpers, process,
                        swap, update)
from proof.words import BATCH_MAX, OK, SLOT_INIT, word


# ---- what the arguments name ------------------------------------------------

def create_terms(s, terms, me, slot, table, context, allowance):
    terms.add("frame", table, context)
    return terms.add("process", me, slot, s.parent(slot))


def alloc_terms(s, terms, me, frame, level, kind, owner):
    terms.add("frame", frame, frame & ~511, frame & ~(512 * 512 - 1))
    terms.add("entry", owner)
    return terms.add("process", me, owner)


def attach_terms(s, terms, me, entry, resource, rights, source, via):
    terms.add("frame", resource, z3.LShR(entry, 9))
    terms.add("entry", entry, source, via)
    return terms.add("process", me)


def update_terms(s, terms, me, entry, resource, rights):
    terms.add("frame", resource, z3.LShR(entry, 9))
    terms.add("entry", entry)
    return terms.add("process", me, s.owner(z3.LShR(entry, 9)))


def swap_terms(s, terms, me, entry, with_, resource, other, lease):
    terms.add("frame", resource, other, z3.LShR(entry, 9),
              z3.LShR(with_, 9))
    terms.add("entry", entry, with_)
    return terms.add("process", me)


def process_terms(s, terms, me, slot, resource, rights):
    terms.add("frame", resource, s.context(slot), s.table(slot))
    return terms.add("process", me, slot)


def hand_terms(s, terms, me, entry, with_, *_):
    return terms.add("process", me, with_, s.giver(me))


def back_terms(s, terms, *_):
    return terms.add("process", s.running_process,
                     s.giver(s.running_process))


def no_terms(s, terms, *_):
    return terms


def batch_terms(s, terms, me):
    return terms.add("process", me)


# ---- who may call -----------------------------------------------------------

def slot_fits(_, me, slot, *more):
    """An index into the directory."""
    return [z3.ULT(slot, 512)]


def has_giver(s, *_):
    return [s.running_process != SLOT_INIT]


def has_lease(s):
    return [s.lease(s.running_process) != 0]


# ---- dispatch and batch: what they call is not looked into ------------------

def operation(name):
    """Stands for an operation: it notes who called it with what."""
    number, count = helpers.CALLED[name]

    def called(executor, state, *arguments):
        memory = state.memory
        memory.write("calls", None, memory.read("calls") + 1)
        memory.write("called", bv(0), bv(number))
        for i, argument in enumerate(arguments[:count + 1]):
            memory.write("called", bv(i + 1), argument)
        return helpers.called_answer()
    return called


def dispatch_arguments(machine, values):
    kind = ir.Array(5, ir.Int(64))
    machine.module.globals["%arguments"] = kind
    return [values["me"], Address("%arguments", ir.Int(64), (bv(0),)),
            values["number"]]


def step(executor, state, me, arguments, number):
    """Stands for operation_dispatch: each step's words are the batch's."""
    memory = state.memory
    calls = widen(memory.read("calls"))
    executor.must("no more steps than a batch has", state,
                  z3.ULT(calls, BATCH_MAX))
    whose = executor.machine.memory().read("process.context", me)
    first = whose * 512 + helpers.BATCH_FIRST + calls * helpers.BATCH_WORDS
    executor.must("a step's number is the batch's", state,
                  number == memory.base("context", z3.simplify(first)))
    for i in range(5):
        at = executor.step(arguments, [bv(i)], "argument")
        executor.must("a step's words are the batch's", state,
                      executor.machine.load(executor, state, at, False) ==
                      memory.base("context", z3.simplify(first + i + 1)))
    answer, runs = bv(OK, 32), bv(0)
    for n in range(BATCH_MAX):
        this = calls == n
        answer = z3.If(this, helpers.step_answer(n), answer)
        runs = z3.If(this, helpers.step_process(n), runs)
    memory.write("cpu.process", bv(0), runs)
    memory.write("calls", None, narrow(calls + 1, 8))
    return answer


def of(module, terms, lab, exercise, apart=()):
    name = module.__name__.rsplit(".", 1)[-1]
    return Part(name, f"op_{name}", getattr(module, name),
                "me " + module.ARGUMENTS, terms, lab, exercise, apart=apart)


def entry(function, specify, arguments, before):
    return Part(function, function, specify, arguments, no_terms, 1, "1.2",
                before=before, pure=True)


PARTS = (
    entry("entry_make", helpers.entry_make, "frame level rights how",
          helpers.fits),
    entry("entry_rights", helpers.entry_allows, "entry", None),
    entry("entry_is_page", helpers.entry_is_page, "entry level", None),
    entry("entry_frame", helpers.entry_frame, "entry level",
          helpers.level_fits),
    entry("entry_with_rights", helpers.entry_with_rights, "entry rights",
          helpers.is_present),
    of(create, create_terms, 2, "2.3"),
    of(alloc, alloc_terms, 2, "2.2"),
    Part("flush_change", "flush_change", helpers.flush_change, "before after",
         no_terms, 3, "3.3", pure=True, stale=1),
    of(attach, attach_terms, 3, "3.1", ("group_attach",)),
    Part("group_attach", "group_attach", group.attach,
         "me slot resource rights", process_terms, 3, None),
    of(update, update_terms, 3, "3.2", ("group_update", "process_update")),
    Part("group_update", "group_update", group.update,
         "me slot resource rights", process_terms, 3, None),
    Part("process_update", "process_update", process.update_process,
         "me slot resource rights", process_terms, 3, None,
         before=slot_fits),
    of(swap, swap_terms, 4, "4.1", ("cpu_hand",)),
    Part("cpu_hand", "cpu_hand", hand.hand, "me " + hand.ARGUMENTS,
         hand_terms, 4, "4.2"),
    Part("cpu_back", "cpu_back", hand.back, "reason", back_terms, 4, "4.2",
         before=has_giver),
    Part("cpu_count", "cpu_count", hand.count, "", back_terms, 4, "4.2",
         before=has_lease),
    Part("dispatch", "operation_dispatch", helpers.dispatch, "me number",
         no_terms, 4, None, pure=True, passed=dispatch_arguments,
         primitives={name: operation(name) for name in helpers.CALLED}),
    Part("batch", "batch_run", helpers.batch, "me", batch_terms, 4, None,
         pure=True, words=True, primitives={"operation_dispatch": step}),
)
