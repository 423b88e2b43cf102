"""Symbolic execution of the IR: every path of a function, from any memory.

A call's paths are put together again where they meet, so that a helper costs
one state and not one for each of its ways; only the function that is asked
for keeps its paths apart. Loops are followed until no state that satisfies
the hypotheses stays in them."""

import re

import z3

from proof import ir, places
from proof.arithmetic import ARITHMETIC, COMPARE, CONVERT, OVERFLOW, PURE
from proof.memory import bv, choose, conj, merge
from proof.paths import Obligation, State
from proof.places import Address, Choice
from proof.promises import Promises

LOOPS = 80   # how often one call may come to the same block
WORK = 100_000_000      # Z3's units, to see whether a path can be taken
# What may stand before an operand and asks nothing of it.
PLAIN = "(noundef|zeroext|signext|nonnull|readonly|writeonly|nocapture)"
STEPS = "(?:(?:inbounds|nuw|nusw) ?)*"


class Executor:
    """Runs functions of a module on a machine (machine.py), which knows what
    lies where, and the primitives."""

    def __init__(self, module, machine, hypotheses=()):
        self.module, self.machine = module, machine
        self.obligations = []
        self.solver = z3.SolverFor("QF_UFBV")
        self.solver.set("rlimit", WORK)
        self.solver.add(*hypotheses)
        self.fresh = 0
        self.calls = []
        self.promises = None    # of the block that is being executed

    def must(self, what, state, holds):
        holds = z3.simplify(holds)
        if not z3.is_true(holds):
            self.obligations.append(
                Obligation(what, state.path, holds, self.calls[-1]))

    def new(self, name, bits):
        self.fresh += 1
        return z3.BitVec(f"{name}!{self.fresh}", bits)

    def feasible(self, path):
        """Can it come to this? If in doubt, yes."""
        self.solver.push()
        self.solver.add(*path)
        answer = self.solver.check()
        self.solver.pop()
        return answer != z3.unsat

    # ---- operands -----------------------------------------------------------

    def value(self, env, kind, text):
        text = re.sub(rf"^({PLAIN} )*", "", text.strip())
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
                return self.start_of(text)
            inner = re.match(rf"getelementptr {STEPS}\((.*)\)$", text)
            if inner:
                return self.element(env, inner[1])
        raise ir.Unsupported(f"operand {text}")

    def start_of(self, name):
        if name not in self.module.globals:
            raise ir.Unsupported(f"there is no {name}")
        return Address(name)

    def typed(self, env, text):
        kind, rest = self.module.types.parse(text)
        return kind, self.value(env, kind, rest)

    def element(self, env, text):
        """getelementptr."""
        parts = ir.split(text)
        kind = self.module.types.parse(parts[0])[0]
        base = self.typed(env, parts[1])[1]
        return places.step(base, kind, [self.typed(env, p)[1]
                                        for p in parts[2:]])

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
            if apart:       # each path by itself
                visits = env["visits"] = dict(env.get("visits", {}))
            visits[block] = visits.get(block, 0) + 1
            if visits[block] > LOOPS:
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
        if isinstance(one, (Address, Choice)):
            return places.either(condition, one, other)
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
        outer, self.promises = self.promises, Promises(function, block)
        self.lines(function, block, state, env, waiting, ends)
        self.promises = outer

    def lines(self, function, block, state, env, waiting, ends):
        for line in function.blocks[block]:
            word = line.split(" ", 1)[0]
            if " = phi " in line:
                continue
            if word == "ret":
                ends.append((state, self.answer(function, state, env, line)))
            elif word == "unreachable":
                self.must("what cannot be reached", state, z3.BoolVal(False))
            elif word == "br":
                self.br(function, block, state, env, line, waiting)
            elif word == "switch":
                self.switch(function, block, state, env, line, waiting)
            elif word == "store":
                self.store(state, env, line)
            else:
                target = re.match(r"(%[\w.]+) = (.*)", line)
                text = target[2] if target else line
                self.promises.begin(target and target[1], text)
                state, value = self.instruction(state, env, text)
                if state is None:
                    return
                if target:
                    env[target[1]] = value

    def answer(self, function, state, env, line):
        if line == "ret void":
            return None
        value = self.typed(env, line[4:])[1]
        if function.answers:
            least, end = (bv(n, value.size()) for n in function.answers)
            self.must("an answer within what was promised", state,
                      z3.ULT(value - least, end - least))
        return value

    def store(self, state, env, line):
        volatile = line.startswith("store volatile ")
        parts = ir.split(re.sub(r"^store (volatile )?", "", line))
        self.number(parts[0])
        value, place = (self.typed(env, p)[1] for p in parts[:2])
        self.machine.store(self, state, place, value, volatile)

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
            kind, place = self.number(parts[0]), self.typed(env, parts[1])[1]
            return state, self.machine.load(self, state, place, kind.bits,
                                            volatile)
        if word == "getelementptr":
            return state, self.element(env, re.sub(f"^{STEPS}", "", rest))
        if word == "bitcast":
            return state, self.same_place(*self.cast(env, rest))
        if word == "alloca":
            kind = self.module.types.parse(ir.split(rest)[0])[0]
            return state, self.machine.local(self, kind)
        if word == "atomicrmw":
            return self.atomic(state, env, rest)
        return state, self.compute(state, env, word, rest)

    def number(self, text):
        kind = self.module.types.parse(text)[0]
        if not isinstance(kind, ir.Int):
            raise ir.Unsupported("a load or store of more than a number")
        return kind

    def same_place(self, value, kind):
        """A pointer's cast: what is there is asked of the global itself."""
        if not isinstance(value, (Address, Choice)) or \
                not isinstance(kind, ir.Pointer):
            raise ir.Unsupported("a bitcast of what is no pointer")
        return value

    def cast(self, env, text):
        value, kind = text.rsplit(" to ", 1)
        return self.typed(env, value)[1], self.module.types.parse(kind)[0]

    def called(self, state, env, text):
        text = re.sub(r" #\d+$", "", text)
        if " asm " in text:
            return state, self.machine.assembly(self, state, text)
        parts = re.match(r"(?:(?:zeroext|signext|noundef|range\(.*?\)) )*"
                         r"(i\d+|void) (@[\w.]+)\((.*)\)$", text)
        if not parts:
            raise ir.Unsupported(text)
        name, words = parts[2][1:], ir.split(parts[3])
        if name.startswith("llvm."):
            return state, self.intrinsic(state, env, name, words)
        arguments = [self.typed(env, a)[1] for a in words]
        primitive = self.machine.primitives.get(name)
        if primitive:
            return state, primitive(self, state, *arguments)
        ends = self.call(parts[2], arguments, state)
        return ends[0] if ends else (None, None)

    def intrinsic(self, state, env, name, words):
        """LLVM's own functions: of numbers; and where a local variable begins
        and ends to be, and so holds nothing that is known."""
        word = name.split(".")[1]
        if word == "lifetime":
            self.machine.forget(self, state, self.typed(env, words[-1])[1])
            return None
        if word not in PURE:
            raise ir.Unsupported(f"call of {name}")
        return PURE[word](*[self.typed(env, w)[1] for w in words])

    def atomic(self, state, env, text):
        parts = re.match(r"(?:volatile )?or (.*) monotonic", text)
        if not parts:
            raise ir.Unsupported(text)
        place, value = [self.typed(env, p)[1] for p in ir.split(parts[1])]
        old = self.machine.combine(self, state, place, value)
        return state, old

    def compute(self, state, env, word, rest):
        if word in ("zext", "sext", "trunc"):
            return self.convert(state, env, word, rest)
        if word == "select":
            parts = ir.split(rest)
            test, one, other = [self.typed(env, p)[1] for p in parts]
            for what, holds in self.promises.chosen(test, parts[1:]):
                self.must(what, state, holds)
            return self.either(test == 1, one, other)
        if word == "icmp":
            how, rest = rest.split(" ", 1)
            kind, one, other = self.pair(env, rest)
            return z3.If(COMPARE[how](one, other), bv(1, 1), bv(0, 1))
        if word in ARITHMETIC:
            flags, rest = re.match(r"((?:nuw |nsw |exact |disjoint )*)(.*)",
                                   rest).groups()
            kind, one, other = self.pair(env, rest)
            self.defined(state, word, flags.split(), one, other, kind.bits)
            return ARITHMETIC[word](one, other)
        raise ir.Unsupported(f"{word} {rest}")

    def convert(self, state, env, word, rest):
        flags, rest = re.match(r"((?:nuw |nsw |nneg )*)(.*)", rest).groups()
        value, kind = self.cast(env, rest)
        more = kind.bits - value.size()
        for flag in flags.split():
            if (word, flag) not in CONVERT:
                raise ir.Unsupported(f"{word} {flag}")
            self.promised(f"nothing lost by {word}", state,
                          CONVERT[word, flag](value, abs(more)))
        if word == "trunc":
            return z3.Extract(kind.bits - 1, 0, value)
        return (z3.ZeroExt if word == "zext" else z3.SignExt)(more, value)

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
            self.promised("a shift within the word", state,
                          z3.ULT(other, bv(bits, bits)))
        if word in ("udiv", "urem"):
            self.must("a divisor that is not 0", state, other != 0)
        for flag in flags:
            check = OVERFLOW.get((word, flag))
            if check is None:
                raise ir.Unsupported(f"{word} {flag}")
            self.promised(f"no overflow of {word}", state, check(one, other))

    def promised(self, what, state, holds):
        if not self.promises.keep(what, holds):
            self.must(what, state, holds)

