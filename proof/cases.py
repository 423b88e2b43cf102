"""Sums, proved case by case.

That two sums of words are the same is hard for a solver that sees single
bits, once conditions are mixed in. So the conditions are taken one by one,
as true and as false; in each case the sums are compared as sums."""

import z3

CASES = 4000      # after that many, it is left to the solver


def conditions(formula):
    """The first condition that a choice in the formula turns on."""
    seen, waiting = set(), [formula]
    while waiting:
        node = waiting.pop()
        if node.get_id() in seen:
            continue
        seen.add(node.get_id())
        if z3.is_app_of(node, z3.Z3_OP_ITE):
            return atom(node.arg(0))
        if z3.is_bool(node) and not z3.is_eq(node) and node.num_args() == 0:
            continue
        waiting.extend(node.children())
    return None


def atom(condition):
    """A part of the condition that is no combination of others."""
    while z3.is_and(condition) or z3.is_or(condition) or z3.is_not(condition):
        condition = condition.arg(0)
    if z3.is_app_of(condition, z3.Z3_OP_ITE):
        return atom(condition.arg(0))
    inner = conditions(condition)
    return condition if inner is None else inner


def suppose(formulas, condition, holds):
    """The formulas, where the condition is known."""
    known = [(condition, z3.BoolVal(holds))]
    if holds and z3.is_eq(condition):
        one, other = condition.arg(0), condition.arg(1)
        for name, value in ((one, other), (other, one)):
            if z3.is_const(name) and not z3.is_bv_value(name):
                known.append((name, value))
                break
    return [z3.simplify(z3.substitute(f, *known), som=True) for f in formulas]


def split(given, goal):
    """The cases that are left: (conditions, goal) where the goal is not plain
    to see; None if there are too many."""
    left, waiting, count = [], [([], z3.simplify(given), goal)], 0
    while waiting:
        path, given, goal = waiting.pop()
        count += 1
        if count > CASES:
            return None
        if z3.is_true(goal) or z3.is_false(given):
            continue
        condition = conditions(goal)
        if condition is None:
            left.append((path, goal))
            continue
        for holds in (True, False):
            new = suppose([given, goal], condition, holds)
            say = condition if holds else z3.Not(condition)
            waiting.append((path + [say], *new))
    return left
