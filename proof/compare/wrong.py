"""Wrong readings of the IR, one at a time: the comparison must notice each.
What is patched is the executor in this process, and nothing else."""

import re

import z3

from proof import execute, machine, memory
from proof.compare import predict

ARITHMETIC, COMPARE = execute.ARITHMETIC, execute.COMPARE
Executor, Memory = execute.Executor, memory.Memory


def lshr():
    """lshr keeps the sign."""
    ARITHMETIC["lshr"] = lambda a, b: a >> b


def shl():
    """shl goes one bit too far."""
    ARITHMETIC["shl"] = lambda a, b: a << (b + 1)


def sub():
    """sub has its operands exchanged."""
    ARITHMETIC["sub"] = lambda a, b: b - a


def xor():
    """xor is or."""
    ARITHMETIC["xor"] = lambda a, b: a | b


def ult():
    """ult compares signed numbers."""
    COMPARE["ult"] = lambda a, b: a < b


def ugt():
    """ugt holds where both are equal."""
    COMPARE["ugt"] = z3.UGE


def extension():
    """zext repeats the sign, and trunc keeps the upper bits."""
    right = Executor.compute

    def compute(self, state, env, word, rest):
        if word not in ("zext", "trunc"):
            return right(self, state, env, word, rest)
        rest = re.sub(r"^((nuw|nsw|nneg) )*", "", rest)
        value, kind = self.cast(env, rest)
        if word == "zext":
            return z3.SignExt(kind.bits - value.size(), value)
        return z3.Extract(value.size() - 1, value.size() - kind.bits, value)
    Executor.compute = compute


def select():
    """select takes the other one."""
    right = Executor.compute

    def compute(self, state, env, word, rest):
        if word == "select":
            test, one, other = execute.ir.split(rest)
            rest = f"{test}, {other}, {one}"
        return right(self, state, env, word, rest)
    Executor.compute = compute


def switch():
    """A switch's default and its first case are exchanged."""
    right = Executor.switch

    def exchanged(self, function, block, state, env, line, waiting):
        default, first = re.findall(r"label (%[\w.]+)", line)[:2]
        line = line.replace(f"label {default} [", "label ? [", 1)
        line = line.replace(f"label {first}", f"label {default}", 1)
        line = line.replace("label ? [", f"label {first} [", 1)
        right(self, function, block, state, env, line, waiting)
    Executor.switch = exchanged


def phi():
    """A phi takes a value that comes from another block, where it can."""
    right = Executor.go

    def go(self, function, source, target, state, env, waiting):
        right(self, function, source, target, state, env, waiting)
        new = waiting[-1][2]
        for line in function.blocks[target]:
            found = re.match(r"(%[\w.]+) = phi (.*)", line)
            if not found:
                break
            kind, rest = self.module.types.parse(found[2])
            others = [v for v, b in re.findall(r"\[ (.*?), (%[\w.]+) \]", rest)
                      if b != source and (v in env or v[0] not in "%@g")]
            if others:
                new[found[1]] = self.value(env, kind, others[0])
    Executor.go = go


def branch():
    """A branch that depends on a comparison goes the other way."""
    right = Executor.br

    def br(self, function, block, state, env, line, waiting):
        line = re.sub(r"(br i1 .*), label (%\S+), label (%\S+)",
                      r"\1, label \3, label \2", line)
        right(self, function, block, state, env, line, waiting)
    Executor.br = br


def either():
    """Where paths meet, a value is the other path's."""
    right = Executor.either
    Executor.either = lambda self, condition, one, other: \
        right(self, z3.Not(condition), one, other)


def merge():
    """Where paths meet, their stores are exchanged."""
    right = execute.merge
    execute.merge = lambda one, first, other, second: \
        right(one, second, other, first)


def read():
    """A load does not see the last store."""
    right = Memory.read

    def older(self, name, index=None):
        copy = self.copy()
        copy.stores[name] = copy.stores.get(name, ())[:-1]
        return right(copy, name, index)
    Memory.read = older


def field():
    """Two fields of a record are exchanged."""
    names = machine.PROCESS
    a, b = names.index("owned"), names.index("allowance")
    names[a], names[b] = names[b], names[a]


def flush():
    """The translations are forgotten before the last store to an entry."""
    right = predict.Watched.assembly

    def assembly(self, executor, state, text):
        value = right(self, executor, state, text)
        guard, entries = self.flushes[-1]
        self.flushes[-1] = guard, entries[:-1]
        return value
    predict.Watched.assembly = assembly


def mask():
    """An interrupt that is masked is let through."""
    right = machine.Machine.__init__

    def init(self, module):
        right(self, module)
        self.primitives["arch_irq_mask"] = machine.irq_unmask
    machine.Machine.__init__ = init


def atomic():
    """An atomic or is an atomic and."""
    right = machine.Machine.combine

    def combine(self, executor, state, at, value):
        old = right(self, executor, state, at, value)
        name, place = self.place(executor, state, at, value.size())
        before = state.memory.base(name, place)
        state.memory.write(name, place, before & value)
        return old
    machine.Machine.combine = combine


# Each with a function that shows it, and that the wrong executor can follow.
WRONG = ((lshr, "op_create"), (shl, "entry_make"), (sub, "entry_frame"),
         (xor, "flush_change"), (ult, "op_create"), (ugt, "entry_make"),
         (extension, "op_create"), (select, "op_create"),
         (switch, "op_alloc"), (phi, "op_create"), (branch, "op_create"),
         (either, "op_attach"), (merge, "cpu_expire"), (read, "op_swap"),
         (field, "op_create"), (flush, "cpu_expire"), (mask, "op_update"),
         (atomic, "op_update"))
NAMES = {patch.__name__: (patch, function) for patch, function in WRONG}
