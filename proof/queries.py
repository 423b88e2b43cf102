"""Questions for Z3, and their answers."""

import time

import z3

from proof import cases
from proof.memory import conj

SECONDS = 120     # for one question
QUICK = 3         # for the first try at it
SLOW = 1          # worth learning what is quicker


class Query:
    """Does `goal` follow from `given`? `group` is what it belongs to, in
    words, `what` says more. `first`: lists of less that is given, which is
    often enough, and then quicker; `parts`: (goal, words) of each part of a
    goal of many; `cases`: a condition under which the goal is taken case by
    case; `about`: formulas by name, for who reads a counterexample."""

    def __init__(self, group, given, goal, what="", first=(), parts=(),
                 cases=None, about=None, logic="QF_UFBV"):
        self.group, self.given, self.goal = group, given, goal
        self.what, self.first, self.parts = what, first, parts
        self.cases, self.about = cases, about or {}
        self.logic = logic

    def failed(self, model):
        """What the counterexample is one of, in words."""
        for goal, what in self.parts:
            if z3.is_false(model.eval(goal, model_completion=True)):
                return what
        return self.what


class Answer:
    """proved, or not: then `model` is a counterexample, or `why` Z3 does not
    know. `stage`: how much of what is given was needed."""

    def __init__(self, query, proved, seconds, model=None, why="", stage=0):
        self.query, self.proved, self.seconds = query, proved, seconds
        self.model, self.why, self.stage = model, why, stage


def said(given):
    """What is given, which may be still to be built."""
    return given() if callable(given) else given


def check(given, seconds, logic="QF_UFBV"):
    solver = z3.SolverFor(logic)
    solver.set("timeout", int(seconds * 1000))
    solver.add(*given)
    return solver, solver.check()


def ask(query, hint=None):
    """The answer. What is given is tried from little to all; `hint` is what
    was enough another time, and is tried first."""
    start = time.monotonic()
    stages = [*query.first, query.given]
    last = len(stages) - 1
    hint = hint if hint is not None and hint <= last else None
    if query.cases is not None:
        answer = by_cases(query, start, stages[hint or 0:])
        if answer:
            return answer
    tries = [(stage, QUICK) for stage in range(last)] + [(last, SECONDS)]
    if hint is not None:
        tries = [(hint, 10 * QUICK)] + [t for t in tries if t[0] != hint]
        tries += [(hint, SECONDS), (last, SECONDS)]
    for stage, most in tries:
        solver, result = check([*said(stages[stage]), z3.Not(query.goal)],
                               most, query.logic)
        if result == z3.unsat:
            return Answer(query, True, time.monotonic() - start, stage=stage)
        if stage == last and result == z3.sat:
            return Answer(query, False, time.monotonic() - start,
                          solver.model())
    return Answer(query, False, time.monotonic() - start, None,
                  str(solver.reason_unknown()))


def learn(query):
    """The same, and with which of what is given it is quickest."""
    best = ask(query)
    if not best.proved or best.seconds < SLOW or best.stage == 0:
        return best
    for stage, given in enumerate([*query.first, query.given]):
        start = time.monotonic()
        if stage != best.stage and check(
                [*said(given), z3.Not(query.goal)], best.seconds,
                query.logic)[1] == z3.unsat:
            seconds = time.monotonic() - start
            if seconds < best.seconds:
                best = Answer(query, True, seconds, stage=stage)
    return best


def can_be(given):
    """Not plainly contradictory."""
    return check(given, QUICK)[1] != z3.unsat


def by_cases(query, start, stages):
    """The answer, if every case can be told; else None."""
    left = cases.split(query.cases, query.goal)
    if left is None:
        return None
    for path, goal in left:
        for given in stages:
            solver, result = check([*said(given), *path, z3.Not(goal)],
                                   SECONDS)
            if result == z3.unsat:
                break
        else:
            model = solver.model() if result == z3.sat else None
            return Answer(query, False, time.monotonic() - start, model,
                          "" if model else str(solver.reason_unknown()))
    return Answer(query, True, time.monotonic() - start)


def satisfiable(group, given, what=""):
    """Can it happen at all? A proof from what cannot is worth nothing."""
    start = time.monotonic()
    _, result = check(given, SECONDS)
    seconds = time.monotonic() - start
    query = Query(group, given, z3.BoolVal(False), what)
    return Answer(query, result == z3.sat, seconds, None,
                  "" if result == z3.sat else "this can never happen")


def together(goals):
    return conj(*goals)
