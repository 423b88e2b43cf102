"""The helpers that are proved by themselves: entries, the flush, the way to
an operation, and a batch."""

import z3

from proof.words import (BATCH_MAX, E_OPERATION, E_RANGE, OK, OP_ALLOC,
                         OP_ATTACH, OP_CREATE, OP_SWAP, OP_UPDATE, PTE_PS,
                         RIGHT_R, bit, entry_rights, ite, level_frames,
                         make_entry, place_and_rights_kept, present,
                         right_bits, target, word)

ENTRY_TABLE, ENTRY_USER, ENTRY_UNCACHED = 1, 2, 4
BATCH_COUNT, BATCH_FIRST, BATCH_WORDS = 85, 86, 6    # words of a context


# ---- entries: core/entry.h --------------------------------------------------

def entry_make(o, frame, level, rights, how):
    o.answer(make_entry(frame, level, rights, bit(how, ENTRY_TABLE),
                        bit(how, ENTRY_USER), bit(how, ENTRY_UNCACHED)))


def fits(_, frame, level, rights, how):
    return [z3.UGE(level, 1), z3.ULE(level, 5), z3.ULT(frame, 2 ** 40),
            z3.Or(level == 1, bit(how, ENTRY_TABLE), z3.And(
                z3.ULE(level, 3), frame & (level_frames(level) - 1) == 0))]


def entry_allows(o, entry):
    o.answer(entry_rights(entry))


def is_page(entry, level):
    return z3.And(present(entry), z3.Or(level == 1, bit(entry, PTE_PS)))


def entry_is_page(o, entry, level):
    o.answer(ite(is_page(entry, level), 1))


def entry_frame(o, entry, level):
    size = level_frames(level)
    o.answer(z3.If(is_page(entry, level), target(entry) & ~(size - 1),
                   target(entry)))


def level_fits(_, entry, level):
    """A page is of level 1, 2 or 3; above that, an entry holds a table."""
    return [z3.UGE(level, 1), z3.ULE(level, 5), present(entry),
            z3.Implies(z3.UGT(level, 3), z3.Not(bit(entry, PTE_PS)))]


def entry_with_rights(o, entry, rights):
    kept = entry & ~word(1 | 2 | 1 << 63)
    o.answer(ite(bit(rights, RIGHT_R), kept | right_bits(rights)))


def is_present(_, entry, rights):
    return [present(entry)]


# ---- the flush: core/flush.h ------------------------------------------------

def flush_change(o, before, after):
    """What a processor may still know of `before` is forgotten, if `after`
    allows less; else nothing is done."""
    lost = z3.And(present(before),
                  z3.Not(place_and_rights_kept(before, after)))
    with o.when(lost):
        o.set("stale", None, 0)


# ---- the dispatch: core/dispatch.h ------------------------------------------

CALLED = {"op_create": (OP_CREATE, 4), "op_alloc": (OP_ALLOC, 4),
          "op_attach": (OP_ATTACH, 5), "op_update": (OP_UPDATE, 3),
          "op_swap": (OP_SWAP, 5)}


def dispatch(o, me, number):
    """One operation is called, once, with the words that came; the answer is
    its own. A number that is none calls nothing."""
    answer = word(E_OPERATION)
    for name, (own, count) in CALLED.items():
        asked = number == own
        answer = z3.If(asked, z3.ZeroExt(32, called_answer()), answer)
        with o.when(asked):
            o.set("calls", None, 1)
            o.set("called", 0, own)
            o.set("called", 1, me)
            for i in range(count):
                o.set("called", i + 2,
                      o.before.memory.read("%arguments", word(i)))
    o.answer(answer)


def called_answer():
    return z3.BitVec("the operation's answer", 32)


# ---- a batch: core/batch.h --------------------------------------------------

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
