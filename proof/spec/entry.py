"""Page-table entries, taken apart and put together: core/entry.h."""

import z3

from proof.words import (PTE_PS, RIGHT_R, bit, entry_rights, ite, level_frames,
                         make_entry, present, right_bits, target, word)

ENTRY_TABLE, ENTRY_USER, ENTRY_UNCACHED = 1, 2, 4


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
