"""Questions for Z3, and their answers.

How long Z3 may look for an answer is counted in its own units of work
(`rlimit`), never in seconds: the same question has the same answer however
busy the machine is."""

import time

import z3

from proof import cases

PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"
# Units of work: one to three millions are a second of one processor.
UNITS = 400_000_000     # for one question
QUICK = 6_000_000        # for the first try at it
SLOW = 1          # seconds; worth learning what is quicker


class Query:
    """Does `goal` follow from `given`? `group` is what it belongs to, in
    words, `what` says more. `first`: lists of less that is given, which is
    often enough, and then quicker; `parts`: (goal, words) of each part of a
    goal of many, asked apart where all at once are hard; `cases`: a condition
    under which the goal is taken case by case; `about`: formulas by name, for
    who reads a counterexample; `whole`: gives what else is true of the things
    that a counterexample shows."""

    def __init__(self, group, given, goal, what="", first=(), parts=(),
                 cases=None, about=None, logic="QF_UFBV", whole=None):
        self.group, self.given, self.goal = group, given, goal
        self.what, self.first, self.parts = what, first, parts
        self.cases, self.about = cases, about or {}
        self.logic, self.whole = logic, whole

    def only(self, parts):
        """The same question of some of its parts."""
        what = parts[0][1] if len(parts) == 1 else self.what
        return Query(self.group, self.given, z3.And(*[g for g, _ in parts]),
                     what, self.first, parts, None, self.about, self.logic,
                     self.whole)

    def failed(self, model):
        """What the counterexample is one of, in words."""
        for goal, what in self.parts:
            if z3.is_false(model.eval(goal, model_completion=True)):
                return what
        return self.what


class Answer:
    """One of three verdicts: PROVED; REFUTED, by `model`, or because of `why`;
    UNKNOWN, Z3 gave up. `stage`: how much of what is given was needed, and
    `units`, what Z3 needed then."""

    def __init__(self, query, verdict, seconds, model=None, why="", stage=0,
                 units=0):
        self.query, self.verdict, self.seconds = query, verdict, seconds
        self.model, self.why, self.stage = model, why, stage
        self.units = units

    @property
    def proved(self):
        return self.verdict == PROVED


def said(given):
    """What is given, which may be still to be built."""
    return given() if callable(given) else given


class Meter:
    """Z3 counts its units of work on and on: `used` is the last check's."""
    count = used = 0

    @classmethod
    def read(cls, solver):
        counted = solver.statistics().get_key_value("rlimit count")
        cls.count, cls.used = counted, counted - cls.count


def check(given, units, logic="QF_UFBV"):
    solver = z3.SolverFor(logic)
    solver.set("rlimit", units)
    solver.add(*given)
    result = solver.check()
    Meter.read(solver)
    return solver, result


def ask(query, hint=None):
    """The answer. What is given is tried from little to all; `hint` is what
    was enough another time, and is tried first."""
    start = time.process_time()
    stages = [*query.first, query.given]
    last = len(stages) - 1
    if len(query.parts) > 1:
        return by_parts(query, start, stages, hint)
    hint = hint if hint is not None and hint <= last else None
    if query.cases is not None:
        answer = by_cases(query, start, stages, hint or 0)
        if answer:
            return answer
    tries = [(stage, QUICK) for stage in range(last)] + [(last, UNITS)]
    if hint is not None:
        tries = [(hint, 10 * QUICK)] + [t for t in tries if t[0] != hint]
        tries += [(hint, UNITS), (last, UNITS)]
    for stage, most in tries:
        solver, result = check([*said(stages[stage]), z3.Not(query.goal)],
                               most, query.logic)
        if result == z3.unsat:
            return Answer(query, PROVED, spent(start), stage=stage,
                          units=Meter.used)
        if stage == last and result == z3.sat:
            return shown(query, start, solver.model())
    return gave_up(query, start, solver)


def spent(start):
    """Seconds of the processor: they are told, and decide nothing."""
    return time.process_time() - start


def gave_up(query, start, solver):
    return Answer(query, UNKNOWN, spent(start), None,
                  f"Z3 gave up: {solver.reason_unknown()}")


def shown(query, start, model, path=()):
    """A counterexample in which every invariant holds of all that it shows.
    If there is none such, nothing is proved by that: it is not known."""
    if query.whole is None:
        return Answer(query, REFUTED, spent(start), model)
    solver, result = check([*query.whole(), *said(query.given), *path,
                            z3.Not(query.goal)], UNITS, query.logic)
    if result == z3.sat:
        return Answer(query, REFUTED, spent(start), solver.model())
    if result == z3.unsat:
        return Answer(query, UNKNOWN, spent(start), None, "the only states "
                      "that Z3 found break an invariant elsewhere")
    return gave_up(query, start, solver)


def learn(query):
    """The same, and with which of what is given Z3 needs least: another way
    is tried for as long as it can be better."""
    best = ask(query)
    if not best.proved or best.seconds < SLOW or best.stage == 0 or \
            len(query.parts) > 1:
        return best
    for stage, given in enumerate([*query.first, query.given]):
        start = time.process_time()
        if stage == best.stage:
            continue
        solver, result = check([*said(given), z3.Not(query.goal)], best.units,
                               query.logic)
        if result == z3.unsat:
            best = Answer(query, PROVED, spent(start), stage=stage,
                          units=Meter.used)
    return best


def can_be(given):
    """Not plainly contradictory."""
    return check(given, QUICK)[1] != z3.unsat


def by_cases(query, start, stages, first):
    """The answer, if every case can be told; else None. The stages before
    `first` are left out."""
    left = cases.split(query.cases, query.goal)
    if left is None:
        return None
    for path, goal in left:
        for given in stages[first:]:
            solver, result = check([*said(given), *path, z3.Not(goal)], UNITS)
            if result == z3.unsat:
                break
        else:
            if result == z3.sat:
                return shown(query, start, solver.model(), path)
            return gave_up(query, start, solver)
    return Answer(query, PROVED, spent(start), stage=first)


def by_parts(query, start, stages, hint):
    """All parts at once, where that is easy; else each half of them, which is
    the stage behind the last."""
    apart = len(stages)
    tries = [(stage, QUICK) for stage in range(apart - 1)]
    if hint is not None:
        tries = [(hint, 10 * QUICK)] if hint < apart else []
    for stage, most in tries:
        result = check([*said(stages[stage]), z3.Not(query.goal)], most,
                       query.logic)[1]
        if result == z3.unsat:
            return Answer(query, PROVED, spent(start), stage=stage,
                          units=Meter.used)
    middle = len(query.parts) // 2
    for parts in (query.parts[:middle], query.parts[middle:]):
        answer = ask(query.only(parts))
        if not answer.proved:
            return answer
    return Answer(query, PROVED, spent(start), stage=apart)


def satisfiable(group, given, what=""):
    """Can it happen at all? A proof from what cannot is worth nothing."""
    start = time.process_time()
    query = Query(group, given, z3.BoolVal(False), what)
    solver, result = check(given, UNITS)
    if result == z3.unknown:
        return gave_up(query, start, solver)
    if result == z3.unsat:
        return Answer(query, REFUTED, spent(start), None,
                      "this can never happen")
    return Answer(query, PROVED, spent(start))
