"""What the prover reads in each function, as C: its answer, its stores, what
the primitives are told, and what must hold on the way."""

import z3

from proof import ir
from proof.compare.translate import Translator, getter, width
from proof.execute import Executor
from proof.machine import NOTED, Machine
from proof.memory import conj
from proof.paths import State
from proof.places import Address

# How many of all states each function gets, compared with the others.
SHARES = {
    "op_create": 10, "op_alloc": 16, "op_attach": 16, "op_update": 22,
    "op_swap": 16, "operation_dispatch": 8, "cpu_expire": 4, "rest_hand": 2,
    "flush_change": 2, "entry_make": 2, "entry_rights": 1, "entry_is_page": 1,
    "entry_frame": 1, "entry_with_rights": 1,
}
ERRORS = ("op_create", "op_alloc", "op_attach", "op_update", "op_swap",
          "operation_dispatch")
ARRAY = 5       # words that operation_dispatch's second argument leads to

HEAD = """/* Made by proof/compare/predict.py. */
#include "proof/compare/predict.h"

#define get_argument(n) ((n) < 5 ? a[1 + (n)] : 0)
"""


class Watched(Machine):
    """A machine that remembers, for each flush, the condition under which it
    comes to it and the stores to entries made until then."""

    def __init__(self, module):
        super().__init__(module)
        self.flushes = []

    def assembly(self, executor, state, text):
        value = super().assembly(executor, state, text)
        self.flushes.append((state.guard(),
                             state.memory.stores.get("entry", ())))
        return value


class Reading:
    """The prover's reading of one function, from any state."""

    def __init__(self, module, name):
        self.name = name
        self.machine = Watched(module)
        self.parameters = module.functions["@" + name].parameters
        self.symbols, arguments = {}, []
        self.widths = []        # bits of each word of `a`
        self.passed = []        # C: how the compiled function is called
        for _, kind in self.parameters:
            arguments.append(self.argument(kind))
        executor = Executor(module, self.machine)
        state = State(self.machine.memory())
        (self.state, self.value), = executor.call("@" + name, arguments, state)
        self.conditions = self.distinct(executor.obligations)

    def argument(self, kind):
        """The next word of `a`; or a place, for an array of such words."""
        at = self.count()
        if isinstance(kind, ir.Pointer):
            self.machine.module.globals["%arguments"] = ir.Array(ARRAY,
                                                                 ir.Int(64))
            self.passed.append(("uint64_t *", f"&a[{at}]"))
            self.widths += [64] * ARRAY
            return Address("%arguments")
        self.symbols[f"a{at}"] = f"a[{at}]"
        self.passed.append((number(kind.bits), f"({number(kind.bits)})a[{at}]"))
        self.widths.append(kind.bits)
        return z3.BitVec(f"a{at}", kind.bits)

    def count(self):
        return len(self.widths)

    def distinct(self, obligations):
        """Each once; the order of stores is no reason to skip a state."""
        found = {}
        for one in obligations:
            if not one.what.startswith("order"):
                key = (one.holds.get_id(), *[p.get_id() for p in one.path])
                found.setdefault(key, one)
        return list(found.values())

    # ---- C ------------------------------------------------------------------

    def source(self):
        """The functions that predict and run, and what they count in."""
        lines = self.predict()
        texts = [f'    "{c.what}",' for c in self.conditions]
        return "\n".join([
            f"static const char *const conditions_{self.name}[] = {{",
            *texts, "    0};",
            f"static uint64_t made_{self.name}[{self.stores + 1}];",
            f"static int predict_{self.name}(const uint64_t *a, "
            "uint64_t *answer)", "{", *lines, "    return -1;", "}",
            *self.run()]) + "\n"

    def predict(self):
        """What must hold comes first; then every value; then the stores."""
        self.c = Translator(self.symbols)
        for n, one in enumerate(self.conditions):
            path = self.c.term(conj(*one.path))
            holds = self.c.term(one.holds)
            self.c.lines.append(f"    if ({path} & !{holds}) return {n};")
        followed = self.c.term(self.state.guard())
        self.c.lines.append(
            f'    if (!{followed}) {{ put_outside("a way that the prover does '
            'not know", 0); return -1; }')
        stores, self.stores = [], 0
        for guard, entries in self.machine.flushes:
            stores += self.flush(guard, entries)
        for region, writes in self.state.memory.stores.items():
            if region not in NOTED and not region.startswith("%"):
                for write in writes:
                    stores.append(self.store(region, write))
        answer = "0" if self.value is None else self.c.term(self.value)
        return ["    (void)a;", *self.c.lines, f"    *answer = {answer};",
                *stores]

    def store(self, region, write):
        name = "put_" + region.replace(".", "_")
        made = f"made_{self.name}[{self.stores}]++; "
        self.stores += 1
        return self.put(name, "put_frame", write, made)

    def put(self, one, frame, write, before=""):
        """One store: to a word, or with a shift to all of a frame."""
        guard = self.c.term(conj(write.guard))
        value = self.c.term(write.value)
        index = [] if write.index is None else [self.c.term(write.index)]
        if write.shift not in (0, 9):
            raise ir.Unsupported(f"a store of 2^{write.shift} words")
        name = frame if write.shift else one
        return f"    if ({guard}) {{ {before}" \
            f"{name}({', '.join(index + [value])}); }}"

    def flush(self, guard, entries):
        return [f"    if ({self.c.term(guard)}) {{", "    start_flush();",
                *[self.put("flush_entry", "flush_frame", w) for w in entries],
                "    end_flush();", "    }"]

    def bits(self):
        return 0 if self.value is None else width(self.value)

    def run(self):
        """The compiled function, called with the same words."""
        kinds = ", ".join(kind for kind, _ in self.passed) or "void"
        words = ", ".join(word for _, word in self.passed)
        kind = number(self.bits()) if self.bits() else "void"
        call = f"code_{self.name}({words})"
        return [f'{kind} code_{self.name}({kinds}) __asm__("{self.name}");',
                f"static uint64_t run_{self.name}(uint64_t *a)", "{",
                "    (void)a;",
                f"    return {call};" if self.bits() else
                f"    {call};\n    return 0;", "}"]

    def row(self):
        """Its line in the table of operations.h."""
        name = self.name
        widths = ", ".join(str(bits) for bits in self.widths) or "0"
        return f'    {{"{name}", {self.count()}, {{{widths}}}, ' \
            f"{self.bits()}, {int(name in ERRORS)}, predict_{name}, " \
            f"run_{name}, conditions_{name}, made_{name}, " \
            f"{self.stores}, {SHARES[name]}}},"


def number(bits):
    """The C type of a number."""
    return {1: "_Bool", 8: "uint8_t", 16: "uint16_t", 32: "uint32_t",
            64: "uint64_t"}[bits]


def source(module, names):
    """The C of these functions, and the table of them."""
    readings = [Reading(module, name) for name in names]
    parts = [reading.source() for reading in readings]
    return "\n".join([
        HEAD, *parts, "const struct operation operations[] = {",
        *[reading.row() for reading in readings], "};",
        f"const unsigned operation_count = {len(parts)};", ""])
