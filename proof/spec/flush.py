"""Stale translations: core/flush.h."""

import z3

from proof.words import place_and_rights_kept, present


def flush_change(o, before, after):
    """What a processor may still know of `before` is forgotten, if `after`
    allows less; else nothing is done."""
    lost = z3.And(present(before),
                  z3.Not(place_and_rights_kept(before, after)))
    with o.when(lost):
        o.set("stale", None, 0)
