"""What is proved of one function of the C: that it ends, has no undefined
behaviour, and answers and changes exactly what its specification says; and
of its specification, that every invariant holds afterwards."""

import z3

from proof import instances, ir, queries
from proof.execute import Executor
from proof.machine import AD, NOTED, WITNESSES, Machine
from proof.memory import bv, conj, narrow, widen
from proof.paths import State
from proof.spec import counting, invariants
from proof.spec.state import Outcome, View, noted
from proof.words import (ENTRIES_MAX, ERRORS, FRAMES_MAX, GROUP_MAX, MORE, OK,
                         PROCESS_LIVE, PROCESS_MAX, present)

INDEXED = {"frame": FRAMES_MAX, "process": PROCESS_MAX, "entry": ENTRIES_MAX,
           "extent2": FRAMES_MAX >> 9, "extent3": FRAMES_MAX >> 18,
           "group": GROUP_MAX}
CHUNK = 64      # obligations that one query asks for
# Which sums matter to an invariant, if not these: refs and live.
SUMS = {invariants.frame_alone: ("extents2", "extents3")}
REGION_INDEX = {"extents2": "extent2", "extents3": "extent3"}


class Case:
    """One case of a specification: when it is, and what it says then."""

    def __init__(self, proof, condition, path):
        self.condition = condition
        outcome = Outcome(proof.before, path, proof.part.apart)
        proof.part.specify(outcome, *proof.values.values())
        self.after = outcome.now
        self.result, self.refused = outcome.result(), outcome.refused()
        self.apart = outcome.called is not None

    def possible(self, number=0, count=1):
        return queries.can_be([self.condition])

    def done(self):
        """It is this one, and it is not refused."""
        return [self.condition, z3.Not(self.refused)]

    def changed(self):
        """The things that it writes, by kind."""
        found = instances.Terms()
        for region, stores in self.after.memory.stores.items():
            kind = REGION_INDEX.get(region, region.split(".")[0])
            for store in stores:
                if store.index is not None and not store.shift:
                    found.add(kind, store.index)
        return {k: found.get(k) for k in found.kinds}


class Proof:
    """The proof of one part on one module."""

    def __init__(self, module, part):
        self.part = part
        self.machine = Machine(module)
        self.machine.words = part.words
        self.machine.primitives.update(part.primitives)
        self.machine.primitives.update(
            {name: noted(name) for name in part.apart})
        self.memory = self.machine.memory()
        self.before = View(self.memory)
        self.values = {n: z3.BitVec(n, 64) for n in part.arguments.split()}
        arguments = list(self.values.values())
        self.terms = part.terms(self.before, instances.Terms(), *arguments)
        self.given = instances.hypotheses(self.before, self.terms)
        self.given += self.caller()
        self.near = instances.local(self.before, instances.near(
            self.before, self.terms)) + self.caller()
        self.outcome = Outcome(self.before, None, part.apart)
        part.specify(self.outcome, *arguments)
        self.cases = [Case(self, *found) for found in self.outcome.cases()]
        self.cases = [c for c in self.cases if c.possible()]
        self.fresh = {kind: z3.BitVec(f"{kind}?", 64) for kind in INDEXED}
        self.counters = {kind: z3.BitVec(f"{kind}#", 64) for kind in INDEXED}
        self.result = self.outcome.result()
        self.kept = {}      # what known() has built

    def caller(self):
        """Who calls is the process that runs; the translations are true."""
        said = [self.memory.read("stale") == self.part.stale,
                self.memory.read("given") == 0,
                self.memory.read("calls") == 0]
        if "me" in self.values:
            me = self.values["me"]
            said += [me == self.before.running_process,
                     self.before.state(me) == PROCESS_LIVE]
        if self.part.before:
            said += self.part.before(self.before, *self.values.values())
        said += [z3.ULT(value, 1 << bits) for value, bits in self.widths()
                 if bits < 64]
        return said

    def widths(self):
        """(argument, its bits)."""
        if self.part.function is None:
            return []
        function = self.machine.module.functions["@" + self.part.function]
        return [(value, kind.bits) for value, (_, kind) in
                zip(self.values.values(), function.parameters)
                if isinstance(kind, ir.Int)]

    def passed(self):
        if self.part.passed:
            return self.part.passed(self.machine, self.values)
        return [narrow(value, bits) for value, bits in self.widths()]

    def in_range(self):
        return [z3.ULT(k, bv(INDEXED[kind])) for names in
                (self.fresh, self.counters) for kind, k in names.items()]

    # ---- the C --------------------------------------------------------------

    def run(self):
        few = [invariants.ports(self.before)]
        few += [invariants.process_limits(self.before, p)
                for p in self.terms.get("process") +
                [self.before.running_process]]
        executor = Executor(self.machine.module, self.machine, few)
        ends = executor.call("@" + self.part.function, self.passed(),
                             State(self.memory.copy()), apart=True)
        return executor, ends

    def whole(self):
        """What else is true of what a counterexample shows: what the tables
        and resources that entries name count."""
        if "whole" not in self.kept:
            near = instances.near(self.before, self.terms)
            self.kept["whole"] = instances.counted(self.before, near,
                                                   ("refs", "live"))
        return self.kept["whole"]

    def refinement(self):
        """Queries: the C does what the specification says."""
        if self.part.function is None:
            return
        for query in self.refined():
            query.whole = self.whole
            yield query

    def refined(self):
        name = self.part.name
        executor, ends = self.run()
        yield from self.undefined(executor)
        for state, value in ends:
            yield from self.way_out(state, value)
        yield queries.Query(f"{name}: every case is followed", self.given,
                            z3.Or(*[s.guard() for s, _ in ends]), "paths")

    def way_out(self, state, value):
        """One path: its answer; and, unless it is an error's and stores
        nothing, each field. An error's answer says that it was refused."""
        name, path = self.part.name, list(state.path)
        value = self.result if value is None else z3.simplify(widen(value))
        touched = state.memory.touched()
        quiet = set(touched) <= set(NOTED) and z3.is_bv_value(value) and \
            value.as_long() not in (OK, MORE)
        if "stale" in touched and not self.part.stale:
            yield queries.Query(
                f"{name}: no stale translation is left", self.given + path,
                state.memory.read("stale") == 0, "invariant 10",
                (path, self.near + path), about=self.answers(value))
        for case in self.cases:
            here = path + [case.condition]
            if not queries.can_be(here):
                continue
            yield queries.Query(
                f"{name}: the answer", self.given + here,
                value == case.result, "answer", (here, self.near + here),
                about=self.answers(value))
            if quiet:
                continue
            given = here + self.in_range()
            for region, goal, about in self.same(state, case):
                yield queries.Query(
                    f"{name}: what changes", self.given + given, goal, region,
                    (given, self.near + given),
                    about={**self.answers(value), **about})

    def answers(self, value=None):
        """What every counterexample begins with; where the C has not come to
        an answer, the specification's alone."""
        said = {} if value is None else {"the C answers": value}
        return {**said, "the specification answers": self.result}

    def undefined(self, executor):
        """What must hold on the way, many at a time."""
        kinds = {}
        seen = set()
        for one in executor.obligations:
            key = (one.holds.get_id(), tuple(p.get_id() for p in one.path))
            if key not in seen:
                seen.add(key)
                kind = "order" if one.what.startswith("order") else \
                    "no undefined behaviour"
                kinds.setdefault(kind, []).append(one)
        for kind, found in kinds.items():
            size = 1 if self.part.words else CHUNK
            for start in range(0, len(found), size):
                some = found[start:start + size]
                goals = [(z3.Implies(conj(*o.path), o.holds),
                          f"{o.what} in {o.function}") for o in some]
                yield queries.Query(
                    f"{self.part.name}: {kind}", self.given,
                    conj(*[g for g, _ in goals]), kind, (self.near,), goals,
                    about=self.answers())

    def same(self, state, case):
        """(field, goal, what to show) for each that the C or the
        specification writes."""
        wanted = case.after.memory
        for region in dict.fromkeys(state.memory.touched() +
                                    wanted.touched()):
            if region in WITNESSES or region.startswith("%local") or \
                    (region in NOTED and not self.part.stale):
                continue
            index = self.index(region)
            is_now = state.memory.read(region, index)
            was = self.memory.read(region, index)
            meant = wanted.read(region, index)
            match = self.same_entry if region == "entry" else \
                lambda a, b: a == b
            should = z3.If(case.refused, was, meant)
            about = {} if index is None else {"at": index}
            about.update({"before": was, "the C leaves": is_now,
                          "it should be": should})
            yield region, match(is_now, should), about

    def same_entry(self, is_now, should):
        """The same entry, with every A and D that it should have, and none
        but those that the processor may have set before it was read."""
        marks = bv(0)
        for seen in self.machine.seen:
            marks = marks | seen
        return z3.Or(is_now == should, conj(
            present(is_now), present(should),
            (is_now ^ should) & ~AD == 0, should & ~is_now == 0,
            is_now & ~(should | marks) == 0))

    def index(self, region):
        if region in self.machine.single:
            return None
        kind = REGION_INDEX.get(region, region.split(".")[0])
        return self.fresh.get(kind, z3.BitVec(f"{region}?", 64))

    # ---- the specification --------------------------------------------------

    def goals(self, s):
        """(invariant, what it says of state s, which things it is about)."""
        k = self.fresh
        for inv in invariants.OF_STATE:
            yield inv, inv(s), ()
        for inv in invariants.OF_FRAME:
            yield inv, inv(s, k["frame"]), ("frame",)
        for inv in invariants.OF_ENTRY:
            yield inv, inv(s, k["entry"]), ("entry",)
        for inv in invariants.OF_PROCESS:
            yield inv, inv(s, k["process"]), ("process",)
        q = z3.BitVec("other?", 64)
        inv = invariants.processes_apart
        yield inv, inv(s, k["process"], q), ("process", "other")
        inv = invariants.group_holder
        yield inv, inv(s, k["group"]), ("group",)
        word = z3.BitVec("word?", 64) & 511
        inv = invariants.frame_clean
        yield inv, inv(s, k["frame"], word), ("frame", "word")

    def preservation(self):
        """Queries: what the specification says keeps every invariant."""
        if self.part.pure:
            return
        yield queries.Query(f"{self.part.name}: every case is told",
                            self.given, z3.Or(
                                self.outcome.refused(),
                                *[c.condition for c in self.cases]), "cases")
        for case in self.cases:
            if not case.apart:
                yield from self.preserved(case)

    def preserved(self, case):
        for inv, goal, about in self.goals(case.after):
            first = (inv.__doc__ or inv.__name__).split("\n")[0]
            sums = SUMS.get(inv, ("refs", "live"))
            yield from self.one_by_one(case, goal, about, sums,
                                       f"{inv.__name__}: {first}")
        about = ("frame", "process", "entry", "counters")
        for count, goal in counting.kept(self.before, case.after,
                                         case.changed(), self.fresh,
                                         self.counters):
            names = counting.WITH.get(count.name, (count.name,))
            yield self.keeps(case, goal, about, names,
                             f"invariant {count.number}: {count.name}",
                             count.sums)

    def one_by_one(self, case, goal, about, names, what):
        """The question for an arbitrary thing, in parts: it is one of those
        that the case writes; or it is none of them, and as it was."""
        kind = about[0] if about else None
        fresh, changed = self.fresh.get(kind), case.changed().get(kind, [])
        if kind == "process" and fresh is not None:
            changed = [x for x in changed if not z3.is_bv_value(x)]
        if fresh is None or not changed:
            yield self.keeps(case, goal, about, names, what)
            return
        none = [c for x in changed for c in (
            (fresh == x, z3.BoolVal(False)), (x == fresh, z3.BoolVal(False)))]
        yield self.keeps(case, z3.simplify(z3.substitute(goal, *none)), about,
                         names, what, given=[fresh != x for x in changed])
        for x in changed:
            yield self.keeps(case, z3.simplify(z3.substitute(goal, (fresh, x))),
                             about, names, what, given=[fresh == x])

    def keeps(self, case, goal, about, names, what, sums=False, given=()):
        """From nothing but that it is not refused; from what each thing
        says; with some sums; with all of them."""
        base = case.done() + self.in_range() + list(given)
        known = [lambda part=part: base + self.known(part, about, names)
                 for part in ("near", "local", "some", "all")]
        return queries.Query(f"{self.part.name}: invariants", known[3], goal,
                             what, (base, *known[:3]), about=self.answers(),
                             cases=z3.And(*case.done()) if sums else None,
                             whole=self.whole)

    def known(self, part, about, names):
        """What is given of the arguments and of arbitrary things."""
        key = (part, about, names if part == "some" else None)
        if key not in self.kept:
            terms, more = self.about(about)
            if part == "near":
                said = instances.local(self.before, instances.near(
                    self.before, terms)) + self.caller() + more
            elif part == "local":
                every = instances.close(self.before, terms)
                said = instances.local(self.before, every) + self.caller()
                said += more + instances.apart(self.before, every)
            else:
                said = self.known("local", about, names) + instances.counted(
                    self.before, terms, names if part == "some" else None)
            self.kept[key] = said
        return self.kept[key]

    def about(self, kinds):
        """The arguments and arbitrary things; and what is said of these."""
        terms = self.terms.copy()
        s, k = self.before, self.fresh
        more = []
        if "frame" in kinds:
            frame = k["frame"]
            terms.add("frame", frame, frame & ~511, frame & ~(512 * 512 - 1))
            terms.add("process", s.whose(frame))
        if "entry" in kinds:
            terms.add("entry", k["entry"])
            more.append(invariants.frame_clean(s, z3.LShR(k["entry"], 9),
                                               k["entry"] & 511))
        if "slot" in kinds:
            terms.add("process", k["entry"] & 511)
        if "process" in kinds:
            terms.add("process", k["process"])
        if "other" in kinds:
            terms.add("process", z3.BitVec("other?", 64))
        if "group" in kinds:
            more.append(invariants.group_holder(s, k["group"]))
        if "word" in kinds:
            word = z3.BitVec("word?", 64) & 511
            frames = [k["frame"]] + self.terms.get("frame")
            more += [invariants.frame_clean(s, f, word) for f in frames]
        if "counters" in kinds:
            terms.add("frame", self.counters["frame"])
            terms.add("process", self.counters["process"])
        return terms, more

    def possible(self, number=0, count=1):
        """Answers: every error, and success, can happen at all; success
        with all that is ever given, which so is no contradiction. Slice
        `number` of `count`."""
        outcome = self.outcome
        seen = {}
        for condition, error in outcome.checks:
            seen.setdefault(error, []).append(condition)
        for error in list(seen)[number::count]:
            yield queries.satisfiable(
                f"{self.part.name}: each answer can be given",
                self.near + [self.result == error], ERRORS[error])
        if number == 0:
            yield queries.satisfiable(
                f"{self.part.name}: each answer can be given",
                self.given + [self.result == OK], "OK")
