"""What lies where in the kernel's memory, and what the prover takes for the
few functions that are not C of the operations: the primitives.

Assumed of them, and of nothing else:
  arch_flush      forgets every stale translation of this processor: FLUSH,
                  word for word
  frame_clear     fills one frame with zeros
  arch_*          changes ports, interrupt masks, FPU state, and no memory
A processor may set A and D in any entry at any time, so a load of an entry
gives them as it likes. A context's words are anybody's: loads of them give
anything, and stores must go to a frame that is a context."""

import z3

from proof import ir
from proof.memory import Memory, bv, choose, conj, widen
from proof.paths import State
from proof.places import Address, Choice, find
from proof.words import (ACCESSED_DIRTY, FRAMES_MAX, GROUP_MAX, KIND_DIRTY,
                         KIND_FREE, KIND_MEMORY, KIND_TABLE, PROCESS_MAX,
                         PTE_P, place_and_rights_kept, same_place)

FRAME = "kind level flags spare owner live refs cleared".split()
PROCESS = ("state reason vector running parent giver generation children slots"
           " table context owned allowance accepts groups vitals spare taken"
           " lease pad").split()
GROUP = "kind first count holder".split()
BOOKS = ("magic depth page_levels ram_frames image_size directory frames"
         " devices device cmdline image_frame clock_rate clock_start"
         " clock_time").split()
CPU = "process loaded rest".split()
FIELDS = {"@frames": ("frame", FRAME), "@processes": ("process", PROCESS),
          "@groups": ("group", GROUP), "@books": ("books", BOOKS),
          "@cpus": ("cpu", CPU)}
PLAIN = {"@extents2": "extents2", "@extents3": "extents3",
         "@open_groups": "open_groups", "@arch_depth": "depth",
         "@arch_page_levels": "page_levels"}
COUNT = {"@frames": FRAMES_MAX, "@entries": FRAMES_MAX * 512,
         "@tables": FRAMES_MAX, "@extents2": FRAMES_MAX // 512,
         "@extents3": FRAMES_MAX // 512 // 512, "@processes": PROCESS_MAX,
         "@groups": GROUP_MAX}
# What is beside the C's own memory: what the primitives were told.
GHOSTS = {"entry": 64, "context": 64, "stale": 1, "given": 1, "read": 8,
          "irq": 8, "ports": 8, "ports_on": 8, "switch": 8, "reset": 8,
          "calls": 8, "called": 64, "%arguments": 64}
# What is noted of an operation on its way, and is no part of what it leaves:
# that translations are stale, that something was given, words that were read.
NOTED = ("stale", "given", "read")
# What no memory holds, and the invariants speak of: a number above each
# process's parent's, and whose context a frame is.
WITNESSES = ("rank", "whose")
SINGLE = ("stale", "given", "ports_on", "switch", "open_groups", "depth",
          "page_levels", "calls")
AD = bv(ACCESSED_DIRTY)
# What clang makes of arch_flush: CR3 is read and written again, after every
# store before it and before every one after it.
FLUSH = ('i64 asm sideeffect "movq %cr3, $0\\0A\\09movq $0, %cr3", '
         '"=r,~{memory},~{dirflag},~{fpsr},~{flags}"()')


class Machine:
    """The kernel's memory, for the executor."""

    def __init__(self, module):
        self.module = module
        self.widths = {**GHOSTS, **{name: 64 for name in WITNESSES}}
        self.single = set(SINGLE)
        self.locals = 0
        self.words = False     # a context's words are what they are: a batch
        self.seen = []         # A and D, as they were at each load
        for name, (prefix, fields) in FIELDS.items():
            self._fields(name, prefix, fields)
        for name, plain in PLAIN.items():
            kind = module.globals.get(name)
            kind = kind.item if isinstance(kind, ir.Array) else kind
            self.widths[plain] = kind.bits if kind else 32
        self.primitives = {
            "frame_clear": clear, "arch_switch_ask": switch_ask,
            "arch_state_reset": state_reset, "arch_ports_use": ports_use,
            "arch_ports_set": ports_set, "arch_irq_mask": irq_mask,
            "arch_irq_unmask": irq_unmask, "check_operation": nothing,
        }
        for name in self.primitives:
            if "@" + name in module.functions:
                raise ir.Unsupported(f"{name} is among the operations, and is "
                                     "not what it is taken for")

    def _fields(self, name, prefix, names):
        kind = self.module.globals.get(name)
        while isinstance(kind, ir.Array):
            kind = kind.item
        if kind is None:
            raise ir.Unsupported(f"there is no {name}")
        if len(kind.fields) != len(names):
            raise ir.Unsupported(f"{name} has {len(kind.fields)} fields")
        for field, word in zip(kind.fields, names):
            if isinstance(field, ir.Int):
                self.widths[f"{prefix}.{word}"] = field.bits
                if prefix == "books":
                    self.single.add(f"{prefix}.{word}")

    def memory(self, tag=""):
        """Arbitrary memory."""
        return Memory(self.widths, self.single, tag)

    def local(self, executor, kind):
        """A variable of a function's own."""
        if not isinstance(kind, ir.Array) or not isinstance(kind.item, ir.Int):
            raise ir.Unsupported("a local variable that is no array of numbers")
        self.locals += 1
        name = f"%local{self.locals}"
        self.module.globals[name] = kind
        self.widths[name] = kind.item.bits
        return Address(name)

    def forget(self, executor, state, at):
        """A variable of a function's own begins or ends to be."""
        if not isinstance(at, Address) or not at.name.startswith("%local"):
            raise ir.Unsupported("the lifetime of what is no local variable")
        value = executor.new("lost", self.widths[at.name])
        state.memory.write(at.name, None, value)

    # ---- places -------------------------------------------------------------

    def place(self, executor, state, at, bits):
        """(field, index) of an address; it must be within its arrays."""
        fields, indices = find(self.module.globals[at.name], at, bits)
        for index, count in indices:
            executor.must(f"an index within {at.name[1:]}", state,
                          z3.ULT(index, bv(count or COUNT[at.name])))
        for index, count, _ in at.within:
            executor.must(f"an index within an array of {count}", state,
                          z3.ULT(index, bv(count)))
        return self._name(at, fields), self._index(
            at, [index for index, _ in indices])

    def _name(self, at, fields):
        if at.name == "@entries":
            return "entry"
        if at.name == "@tables":
            return "context"     # entries go by their names
        if at.name in FIELDS:
            prefix, names = FIELDS[at.name]
            return f"{prefix}.{names[fields[0]]}"
        if at.name in PLAIN:
            return PLAIN[at.name]
        if at.name.startswith("%"):
            return at.name
        raise ir.Unsupported(f"a load or store of {at.name}")

    def _index(self, at, indices):
        if at.name == "@tables":
            return indices[0] * 512 + indices[1]
        if len(indices) > 1:
            raise ir.Unsupported(f"two indices into {at.name}")
        return indices[0] if indices else None

    # ---- loads and stores ---------------------------------------------------

    def load(self, executor, state, at, bits, volatile):
        if isinstance(at, Choice):
            return self._load_choice(executor, state, at, bits, volatile)
        name, index = self.place(executor, state, at, bits)
        if name in ("entry", "context") and not volatile:
            raise ir.Unsupported(f"{KNOWN_AS[name]} that may be read more "
                                 "than once: it is not volatile")
        if name == "context":
            self._is_context(executor, state, index, "what is read is of")
            return self._load_word(executor, state, index)
        value = state.memory.read(name, index)
        if name != "entry":
            return value
        executor.must("an entry is read from a table", state,
                      is_table(state.memory, index))
        seen = executor.new("seen", 64)
        self.seen.append(seen)
        return z3.If(value & PTE_P != 0, value | (seen & AD), value)

    def _load_word(self, executor, state, index):
        """A word of a context, which may be another one the next time. Only a
        batch's words are known, each once."""
        if not self.words:
            return executor.new("word", 64)
        again = [index == one for one in self.words_read(state)]
        executor.must("a word of a context is read once", state,
                      z3.Not(z3.Or(*again)))
        state.memory.write("read", index, bv(1, 8))
        return state.memory.base("context", index)

    def words_read(self, state):
        return [write.index for write in state.memory.stores.get("read", ())]

    def _load_choice(self, executor, state, at, bits, volatile):
        value = None
        for condition, way in at.ways:
            there = State(state.memory, state.path + (condition,))
            one = self.load(executor, there, way, bits, volatile)
            value = one if value is None else choose(condition, one, value)
        return value

    def _store_choice(self, executor, state, at, value):
        """Each place keeps what it holds, but for the one that is meant."""
        for condition, way in at.ways:
            there = State(state.memory, state.path + (condition,))
            name, index = self.place(executor, there, way, value.size())
            if name in ("entry", "context", "frame.kind"):
                raise ir.Unsupported("one of several entries is written")
            old = state.memory.read(name, index)
            state.memory.write(name, index, choose(condition, value, old))

    def store(self, executor, state, at, value, volatile):
        if isinstance(at, Choice):
            self._store_choice(executor, state, at, value)
            return
        name, index = self.place(executor, state, at, value.size())
        if name == "entry" and not volatile:
            raise ir.Unsupported("an entry that may be written in parts, or "
                                 "not at all: it is not volatile")
        if name == "entry":
            self._store_entry(executor, state, index, value)
        elif name == "context":
            self._told(executor, state, index)
        elif name == "frame.kind":
            self._store_kind(executor, state, index, value)
        elif name.startswith("frame."):
            executor.must("a record that is there is written", state,
                          state.memory.read("frame.kind", index) != 0)
        state.memory.write(name, index, value)

    def _store_entry(self, executor, state, index, value):
        """What is lost, then the flush, then what is given: so between no two
        stores does one entry give what another, or a translation of it, still
        gives. Losing access makes translations stale."""
        memory = state.memory
        executor.must("an entry is written in a table", state,
                      is_table(memory, index))
        old, stale = memory.read("entry", index), memory.read("stale")
        lost = conj(old & PTE_P != 0, z3.Not(place_and_rights_kept(old, value)))
        gives = conj(value & PTE_P != 0, z3.Not(same_place(old, value)))
        executor.must("order: nothing is given before the flush", state,
                      z3.Implies(gives, conj(stale == 0, z3.Not(lost))))
        executor.must("order: nothing is lost after something was given",
                      state, z3.Implies(lost, memory.read("given") == 0))
        memory.write("stale", None, z3.If(lost, bv(1, 1), stale))
        memory.write("given", None, z3.If(gives, bv(1, 1),
                                          memory.read("given")))

    def _store_kind(self, executor, state, index, value):
        executor.must("a record that is there is written", state,
                      state.memory.read("frame.kind", index) != 0)
        freed = z3.Or(value == KIND_FREE, value == KIND_DIRTY)
        executor.must("order: nothing is freed before the flush", state,
                      z3.Implies(freed, state.memory.read("stale") == 0))

    def _told(self, executor, state, index):
        self._is_context(executor, state, index, "what is told goes to")

    def _is_context(self, executor, state, index, what):
        frame = z3.LShR(index, 9)
        executor.must(f"{what} a context", state, conj(
            state.memory.read("frame.kind", frame) == KIND_MEMORY,
            state.memory.read("frame.level", frame) == 1,
            state.memory.read("frame.flags", frame) & 2 != 0))

    def combine(self, executor, state, at, value):
        """An atomic or."""
        name, index = self.place(executor, state, at, value.size())
        if name != "context":
            raise ir.Unsupported("an atomic or of what is no context")
        self._told(executor, state, index)
        old = state.memory.read(name, index)
        state.memory.write(name, index, old | value)
        return executor.new("word", 64)

    def assembly(self, executor, state, text):
        if text != FLUSH:
            raise ir.Unsupported(f"assembly that is not the flush: {text}")
        state.memory.write("stale", None, bv(0, 1))
        return executor.new("cr3", 64)


def is_table(memory, entry):
    """The entry lies in a table, or in the process's half of the directory."""
    frame = z3.LShR(entry, 9)
    return z3.Or(memory.read("frame.kind", frame) == KIND_TABLE,
                 conj(frame == memory.read("books.directory"),
                      z3.ULT(entry & 511, bv(PROCESS_MAX))))


KNOWN_AS = {"entry": "an entry", "context": "a word of a context"}


# ---- primitives -------------------------------------------------------------

def nothing(executor, state):
    """CHECK=n: the invariants, looked at and not changed."""


def clear(executor, state, frame):
    executor.must("a frame that is there is cleared", state,
                  z3.ULT(frame, bv(FRAMES_MAX)))
    executor.must("order: nothing is cleared before the flush", state,
                  state.memory.read("stale") == 0)
    state.memory.write("entry", frame, bv(0), shift=9)


def switch_ask(executor, state):
    state.memory.write("switch", None, bv(1, 8))


def state_reset(executor, state, process):
    state.memory.write("reset", process, bv(1, 8))


def ports_use(executor, state, use):
    state.memory.write("ports_on", None, widen(use, 8))


def ports_set(executor, state, first, count, allowed):
    index = widen(first) | widen(count) << 16
    state.memory.write("ports", index, widen(allowed, 8))


def irq_mask(executor, state, line):
    state.memory.write("irq", widen(line), bv(0, 8))


def irq_unmask(executor, state, line):
    state.memory.write("irq", widen(line), bv(1, 8))
