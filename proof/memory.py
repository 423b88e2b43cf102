"""The machine's memory as formulas: fields of tables, each a function of one
index, and the stores made to it so far, each under the condition of the path
that made it."""

import z3


def bv(number, bits=64):
    return z3.BitVecVal(number, bits)


def widen(value, bits=64):
    """Zero-extended."""
    more = bits - value.size()
    return z3.ZeroExt(more, value) if more > 0 else value


def narrow(value, bits):
    return z3.Extract(bits - 1, 0, value) if value.size() > bits else value


def conj(*parts):
    """And, with what is trivial left out."""
    parts = [p for p in parts if p is not None and not z3.is_true(p)]
    if not parts:
        return z3.BoolVal(True)
    return parts[0] if len(parts) == 1 else z3.And(*parts)


def equal(one, other):
    """one == other, decided here where it can be."""
    if one.eq(other):
        return z3.BoolVal(True)
    if z3.is_bv_value(one) and z3.is_bv_value(other):
        return z3.BoolVal(False)
    return one == other


def choose(condition, one, other):
    if z3.is_true(condition) or one.eq(other):
        return one
    return other if z3.is_false(condition) else z3.If(condition, one, other)


class Write:
    """A store of `value` at every index whose bits from `shift` up are
    `index`, or one of the `span` numbers from there, if `guard` holds (None:
    always)."""

    __slots__ = ("guard", "index", "value", "shift", "span")

    def __init__(self, guard, index, value, shift=0, span=None):
        self.guard, self.index, self.value = guard, index, value
        self.shift, self.span = shift, span

    def hits(self, index):
        if self.index is None:
            return conj(self.guard)
        if self.shift:
            index = z3.simplify(z3.LShR(index, self.shift))
        if self.span is not None:
            return conj(self.guard, z3.ULT(index - self.index, self.span))
        same = equal(index, self.index)
        return same if z3.is_false(same) else conj(self.guard, same)

    def under(self, condition):
        return Write(conj(self.guard, condition), self.index, self.value,
                     self.shift, self.span)


class Memory:
    """Fields by name: name -> bits in `widths`; names that no index needs are
    in `single`. Copies are cheap: stores are kept in tuples."""

    def __init__(self, widths, single, tag=""):
        self.widths, self.single, self.tag = widths, single, tag
        self.stores = {}

    def copy(self):
        new = Memory(self.widths, self.single, self.tag)
        new.stores = dict(self.stores)
        return new

    def base(self, name, index):
        """What was there before any store."""
        bits = self.widths[name]
        if name in self.single:
            return z3.BitVec(self.tag + name, bits)
        return z3.Function(self.tag + name, z3.BitVecSort(64),
                           z3.BitVecSort(bits))(index)

    def read(self, name, index=None):
        if index is not None:
            index = z3.simplify(index)
        stores, last = self.stores.get(name, ()), None
        used = []
        for write in reversed(stores):
            hit = write.hits(index)
            if z3.is_true(hit):
                last = write.value
                break
            if not z3.is_false(hit):
                used.append((hit, write.value))
        value = self.base(name, index) if last is None else last
        for hit, new in reversed(used):
            value = choose(hit, new, value)
        return value

    def write(self, name, index, value, guard=None, shift=0, span=None):
        if index is not None:
            index = z3.simplify(index)
        value = z3.simplify(value)
        self.stores[name] = self.stores.get(name, ()) + (
            Write(guard, index, value, shift, span),)

    def touched(self):
        return [name for name, stores in self.stores.items() if stores]


def merge(one, first, other, second):
    """What is in memory after either of two paths that began alike; `first`
    and `second` are the conditions that tell them apart. Stores that both
    have stay one; so the ways out of a loop are merged from the last one on,
    each of which has the stores of the one before."""
    new = one.copy()
    for name in {**one.stores, **other.stores}:
        a, b = one.stores.get(name, ()), other.stores.get(name, ())
        common = 0
        while common < min(len(a), len(b)) and a[common] is b[common]:
            common += 1
        new.stores[name] = (a[:common] +
                            tuple(w.under(first) for w in a[common:]) +
                            tuple(w.under(second) for w in b[common:]))
    return new
