"""Symbolic execution of the IR: every path of a function, from any memory.

A call's paths are put together again where they meet, so that a helper costs
one state and not one for each of its ways; only the function that is asked
for keeps its paths apart. Loops are followed until no state that satisfies
the hypotheses stays in them."""

import re

import z3

from proof import ir
from proof.arithmetic import ARITHMETIC, COMPARE, OVERFLOW
from proof.memory import bv, choose, conj, merge

LOOPS = 80   # how often one call may come to the same block


class Address:
    """A place: a global, the type there, fields and indices that lead to it;
    `view` is set where the type is not the global's own (a context)."""

    def __init__(self, name, kind, path=(), view=None):
        self.name, self.kind, self.path, self.view = name, kind, path, view

    def shape(self):
        return (self.name, self.view and self.view[0],
                tuple(p if isinstance(p, int) else None for p in self.path))


class Choice:
    """One of several addresses: (condition, address), the first that holds."""

    def __init__(self, ways):
        self.ways = ways

    def each(self, change):
        return Choice([(c, change(a)) for c, a in self.ways])


class State:
    """A path: the conditions that lead to it, and memory there."""

    def __init__(self, memory, path=()):
        self.memory, self.path = memory, tuple(path)

    def copy(self):
        return State(self.memory.copy(), self.path)

    def guard(self):
        return conj(*self.path)


class Obligation:
    """`holds` must be true wherever `path` is."""

    def __init__(self, what, path, holds, function):
        self.what, self.path, self.holds = what, path, holds
        self.function = function


class Executor:
    """Runs functions of a module on a machine (machine.py), which knows what
    lies where, and the primitives."""

    def __init__(self, module, machine, hypotheses=()):
        self.module, self.machine = module, machine
        self.obligations = []
        self.solver = z3.SolverFor("QF_UFBV")
        self.solver.add(*hypotheses)
        self.fresh = 0
        self.calls = []

    def must(self, what, state, holds):
        holds = z3.simplify(holds)
        if not z3.is_true(holds):
            self.obligations.append(
                Obligation(what, state.path, holds, self.calls[-1]))

    def new(self, name, bits):
        self.fresh += 1
        return z3.BitVec(f"{name}!{self.fresh}", bits)

    def feasible(self, path):
        """Can it come to this?"""
        self.solver.push()
        self.solver.add(*path)
        answer = self.solver.check()
        self.solver.pop()
        return answer != z3.unsat

    # ---- operands -----------------------------------------------------------

    def value(self, env, kind, text):
        text = re.sub(r"^((noundef|zeroext|signext|nonnull|readonly|nocapture)"
                      r" )*", "", text.strip())
        if text.startswith("%"):
            if text not in env:
                raise ir.Unsupported(f"value {text}")
            return env[text]
        if isinstance(kind, ir.Int):
            if text in ("true", "false"):
                return bv(int(text == "true"), 1)
            if re.fullmatch(r"-?\d+", text):
                return bv(int(text), kind.bits)
        if isinstance(kind, ir.Pointer):
            if re.fullmatch(r"@[\w.]+", text):
                return Address(text, self.module.globals[text])
            inner = re.match(r"getelementptr inbounds \((.*)\)$", text)
            if inner:
                return self.element(env, inner[1])
        raise ir.Unsupported(f"operand {text}")

    def typed(self, env, text):
        kind, rest = self.module.types.parse(text)
        return kind, self.value(env, kind, rest)

    def element(self, env, text):
        """getelementptr."""
        parts = ir.split(text)
        base = self.typed(env, parts[1])[1]
        steps = [self.typed(env, p)[1] for p in parts[2:]]
        if isinstance(base, Choice):
            return base.each(lambda b: self.step(b, steps, text))
        return self.step(base, steps, text)

    def step(self, base, steps, text):
        path, kind = list(base.path), base.kind
        steps = [z3.simplify(z3.SignExt(64 - s.size(), s) if s.size() < 64
                             else s) for s in steps]
        if not (z3.is_bv_value(steps[0]) and steps[0].as_long() == 0):
            if not path or isinstance(path[-1], int):
                raise ir.Unsupported(f"pointer arithmetic: {text}")
            path[-1] = z3.simplify(path[-1] + steps[0])
        for step in steps[1:]:
            if isinstance(kind, ir.Struct):
                path.append(step.as_long())
                kind = kind.fields[step.as_long()]
            elif isinstance(kind, ir.Array):
                path.append(step)
                kind = kind.item
            else:
                raise ir.Unsupported(f"element of a number: {text}")
        return Address(base.name, kind, tuple(path), base.view)

    # ---- functions ----------------------------------------------------------

    def call(self, name, arguments, state, apart=False):
        """[(state, value)] of every way out; one of them, unless `apart`."""
        function = self.module.functions.get(name)
        if function is None:
            raise ir.Unsupported(f"call of {name}")
        env = {p: a for (p, _), a in zip(function.parameters, arguments)}
        waiting, ends, visits = [(function.entry, state, env)], [], {}
        self.calls.append(name[1:])
        while waiting:
            block, here, env = self.next(function, waiting, apart)
            visits[block] = visits.get(block, 0) + 1
            if visits[block] > LOOPS and not apart:
                raise ir.Unsupported(f"a loop in {name} that does not end")
            self.block(function, block, here, env, waiting, ends)
        self.calls.pop()
        return ends if apart else self.together(ends)

    def next(self, function, waiting, apart):
        """The state to go on with: all that wait for the same block as one."""
        if apart:
            return waiting.pop()
        first = min(waiting, key=lambda w: function.order[w[0]])[0]
        same = [w for w in waiting if w[0] == first]
        waiting[:] = [w for w in waiting if w[0] != first]
        _, state, env = same.pop()      # the longest first: see memory.merge
        for _, other, values in reversed(same):
            state, env = self.meet(state, env, other, values)
        return first, state, env

    def together(self, ends):
        if not ends:
            return []
        state, value = ends[-1]
        for other, second in reversed(ends[:-1]):
            state, env = self.meet(state, {"": value}, other, {"": second})
            value = env[""]
        return [(state, value)]

    def meet(self, one, env, other, values):
        """Two paths that began alike, as one."""
        common = 0
        while common < min(len(one.path), len(other.path)) and \
                one.path[common] is other.path[common]:
            common += 1
        first = conj(*one.path[common:])
        second = conj(*other.path[common:])
        state = State(merge(one.memory, first, other.memory, second),
                      one.path[:common] + (z3.Or(first, second),))
        both = {}
        for name in env.keys() | values.keys():
            if name in env and name in values:
                both[name] = self.either(first, env[name], values[name])
            # what only one path has, no block after both can use
        return state, both

    def either(self, condition, one, other):
        if one is other or one is None:
            return one
        if isinstance(one, Choice) or isinstance(other, Choice):
            return Choice(ways(condition, one) +
                          ways(z3.Not(condition), other))
        if isinstance(one, Address):
            if one.shape() != other.shape():
                return Choice([(condition, one),
                               (z3.Not(condition), other)])
            path = tuple(a if isinstance(a, int) else choose(condition, a, b)
                         for a, b in zip(one.path, other.path))
            view = one.view and (one.view[0], choose(condition, one.view[1],
                                                     other.view[1]))
            return Address(one.name, one.kind, path, view)
        return choose(condition, one, other)

    # ---- blocks -------------------------------------------------------------

    def go(self, function, source, target, state, env, waiting):
        """To another block: its phis take their values, all at once."""
        new = dict(env)
        for line in function.blocks[target]:
            phi = re.match(r"(%[\w.]+) = phi (.*)", line)
            if not phi:
                break
            kind, rest = self.module.types.parse(phi[2])
            came = [v for v, b in re.findall(r"\[ (.*?), (%[\w.]+) \]", rest)
                    if b == source]
            if len(set(came)) != 1:
                raise ir.Unsupported(line)
            new[phi[1]] = self.value(env, kind, came[0])
        waiting.append((target, state, new))

    def branch(self, function, block, state, env, ways, waiting):
        """`ways`: (condition, block), one of which holds."""
        for condition, target in ways:
            condition = z3.simplify(condition)
            if z3.is_false(condition):
                continue
            way = state.copy()
            if not z3.is_true(condition):
                way.path += (condition,)
                if not self.feasible(way.path):
                    continue
            self.go(function, block, target, way, env, waiting)

    def block(self, function, block, state, env, waiting, ends):
        for line in function.blocks[block]:
            word = line.split(" ", 1)[0]
            if " = phi " in line:
                continue
            if word == "ret":
                value = None
                if line != "ret void":
                    value = self.typed(env, line[4:])[1]
                ends.append((state, value))
            elif word == "unreachable":
                self.must("what cannot be reached", state, z3.BoolVal(False))
            elif word == "br":
                self.br(function, block, state, env, line, waiting)
            elif word == "switch":
                self.switch(function, block, state, env, line, waiting)
            elif word == "store":
                parts = ir.split(re.sub(r"^store (volatile )?", "", line))
                value = self.typed(env, parts[0])[1]
                place = self.typed(env, parts[1])[1]
                self.machine.store(self, state, place, value)
            else:
                target = re.match(r"(%[\w.]+) = (.*)", line)
                text = target[2] if target else line
                state, value = self.instruction(state, env, text)
                if state is None:
                    return
                if target:
                    env[target[1]] = value

    def br(self, function, block, state, env, line, waiting):
        if line.startswith("br label"):
            self.go(function, block, line.split()[-1], state, env, waiting)
            return
        parts = re.match(r"br i1 (.*), label (%[\w.]+), label (%[\w.]+)", line)
        bit = self.value(env, ir.Int(1), parts[1])
        self.branch(function, block, state, env,
                    [(bit == 1, parts[2]), (bit == 0, parts[3])], waiting)

    def switch(self, function, block, state, env, line, waiting):
        parts = re.match(r"switch (.*?), label (%[\w.]+) \[(.*)\]", line)
        kind, value = self.typed(env, parts[1])
        ways = [(value == bv(int(n), kind.bits), b) for n, b in
                re.findall(r"i\d+ (-?\d+), label (%[\w.]+)", parts[3])]
        rest = z3.Not(z3.Or(*[c for c, _ in ways]))
        self.branch(function, block, state, env, ways + [(rest, parts[2])],
                    waiting)

    # ---- instructions -------------------------------------------------------

    def instruction(self, state, env, text):
        """(state after it, value)."""
        called = re.match(r"(?:tail |musttail |notail )?call (?:fastcc )?(.*)",
                          text)
        if called:
            return self.called(state, env, called[1])
        word, rest = text.split(" ", 1)
        if word == "load":
            volatile = rest.startswith("volatile ")
            parts = ir.split(re.sub(r"^volatile ", "", rest))
            place = self.typed(env, parts[1])[1]
            return state, self.machine.load(self, state, place, volatile)
        if word == "getelementptr":
            return state, self.element(env, re.sub(r"^inbounds ", "", rest))
        if word == "bitcast":
            return state, self.machine.cast(self, *self.cast(env, rest))
        if word == "alloca":
            kind = self.module.types.parse(ir.split(rest)[0])[0]
            return state, self.machine.local(self, kind)
        if word == "atomicrmw":
            return self.atomic(state, env, rest)
        return state, self.compute(state, env, word, rest)

    def cast(self, env, text):
        value, kind = text.rsplit(" to ", 1)
        return self.typed(env, value)[1], self.module.types.parse(kind)[0]

    def called(self, state, env, text):
        if " asm " in text:
            return state, self.machine.assembly(self, state, text)
        parts = re.match(r"(?:(?:zeroext|signext|noundef) )*(.*?) ?(@[\w.]+)"
                         r"\((.*)\)( #\d+)?$", text)
        if not parts:
            raise ir.Unsupported(text)
        arguments = [self.typed(env, a)[1] for a in ir.split(parts[3])]
        primitive = self.machine.primitives.get(parts[2][1:])
        if primitive:
            return state, primitive(self, state, *arguments)
        ends = self.call(parts[2], arguments, state)
        return ends[0] if ends else (None, None)

    def atomic(self, state, env, text):
        parts = re.match(r"(?:volatile )?or (.*) monotonic", text)
        if not parts:
            raise ir.Unsupported(text)
        place, value = [self.typed(env, p)[1] for p in ir.split(parts[1])]
        old = self.machine.combine(self, state, place, value)
        return state, old

    def compute(self, state, env, word, rest):
        if word in ("zext", "sext", "trunc"):
            value, kind = self.cast(env, rest)
            more = kind.bits - value.size()
            if word == "trunc":
                return z3.Extract(kind.bits - 1, 0, value)
            return (z3.ZeroExt if word == "zext" else z3.SignExt)(more, value)
        if word == "select":
            test, one, other = [self.typed(env, p)[1] for p in ir.split(rest)]
            return self.either(test == 1, one, other)
        if word == "icmp":
            how, rest = rest.split(" ", 1)
            kind, one, other = self.pair(env, rest)
            return z3.If(COMPARE[how](one, other), bv(1, 1), bv(0, 1))
        if word in ARITHMETIC:
            flags, rest = re.match(r"((?:nuw |nsw |exact )*)(.*)",
                                   rest).groups()
            kind, one, other = self.pair(env, rest)
            self.defined(state, word, flags.split(), one, other, kind.bits)
            return ARITHMETIC[word](one, other)
        raise ir.Unsupported(f"{word} {rest}")

    def pair(self, env, text):
        parts = ir.split(text)
        kind, one = self.typed(env, parts[0])
        if not isinstance(kind, ir.Int):
            raise ir.Unsupported(text)
        return kind, one, self.value(env, kind, parts[1])

    def defined(self, state, word, flags, one, other, bits):
        """No shift too far, no division by zero, no overflow that the
        compiler was told of."""
        if word in ("shl", "lshr", "ashr"):
            self.must("a shift within the word", state,
                      z3.ULT(other, bv(bits, bits)))
        if word in ("udiv", "urem"):
            self.must("a divisor that is not 0", state, other != 0)
        for flag in flags:
            check = OVERFLOW.get((word, flag))
            if check is None:
                raise ir.Unsupported(f"{word} {flag}")
            self.must(f"no overflow of {word}", state, check(one, other))


def ways(condition, address):
    """The alternatives of an address, each under that condition too."""
    if isinstance(address, Choice):
        return [(conj(condition, c), a) for c, a in address.ways]
    return [(condition, address)]
