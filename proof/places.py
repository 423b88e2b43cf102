"""Places in memory: a global and so many bytes from its start.

LLVM up to 14 writes what is at a place into the type of its address, later
versions do not (`ptr`), and then reach a field by bytes or by its number as
they like. So an address is kept as bytes here, a constant number and indices
times sizes, and is taken apart by the type of its global only where something
is loaded or stored there: then nothing depends on how it came about."""

import z3

from proof import ir
from proof.memory import bv, choose, conj


class Address:
    """`offset` bytes from a global's start, and for each of `terms`, (index,
    size), index times size bytes more. `within`: what must hold once it is
    used, (index, count, size) of each array that was stepped into."""

    def __init__(self, name, offset=0, terms=(), within=()):
        self.name, self.offset = name, offset
        self.terms, self.within = tuple(terms), tuple(within)

    def shape(self):
        """Two addresses of one shape differ in their indices alone."""
        return (self.name, self.offset, tuple(s for _, s in self.terms),
                tuple((c, s) for _, c, s in self.within))


class Choice:
    """One of several addresses: (condition, address), the first that holds."""

    def __init__(self, ways):
        self.ways = ways

    def each(self, change):
        return Choice([(c, change(a)) for c, a in self.ways])


def ways(condition, address):
    """The alternatives of an address, each under that condition too."""
    if isinstance(address, Choice):
        return [(conj(condition, c), a) for c, a in address.ways]
    return [(condition, address)]


def either(condition, one, other):
    """The one address if the condition holds, else the other."""
    if isinstance(one, Choice) or isinstance(other, Choice) or \
            one.shape() != other.shape():
        return Choice(ways(condition, one) + ways(z3.Not(condition), other))
    terms = [(choose(condition, a, b), size)
             for (a, size), (b, _) in zip(one.terms, other.terms)]
    within = [(choose(condition, a, b), count, size)
              for (a, count, size), (b, _, _) in zip(one.within, other.within)]
    return Address(one.name, one.offset, terms, within)


# ---- steps ------------------------------------------------------------------

def step(base, kind, steps):
    """getelementptr from `base`, as if a `kind` were there."""
    if isinstance(base, Choice):
        return base.each(lambda one: step(one, kind, steps))
    at = ahead(base, kind, wide(steps[0]))
    for index in map(wide, steps[1:]):
        if isinstance(kind, ir.Struct):
            number = index.as_long()
            at = Address(at.name, at.offset + kind.offset(number), at.terms,
                         at.within)
            kind = kind.fields[number]
        elif isinstance(kind, ir.Array):
            size = kind.item.size()
            inside = ((index, kind.count, size),) if kind.count else ()
            at = Address(at.name, at.offset, at.terms + ((index, size),),
                         at.within + inside)
            kind = kind.item
        else:
            raise ir.Unsupported("an element of a number")
    return at


def wide(index):
    return z3.simplify(z3.SignExt(64 - index.size(), index)
                       if index.size() < 64 else index)


def ahead(base, kind, index):
    """So many things of that kind further on: in the array that the last step
    went into, if it was of such things."""
    size, terms, within = kind.size(), base.terms, base.within
    if z3.is_bv_value(index) and index.as_long() == 0:
        return base
    if terms and terms[-1][1] == size:
        last = z3.simplify(terms[-1][0] + index)
        terms = terms[:-1] + ((last, size),)
        if within and within[-1][2] == size:
            within = within[:-1] + ((last, within[-1][1], size),)
        return Address(base.name, base.offset, terms, within)
    if z3.is_bv_value(index):
        return Address(base.name, base.offset + index.as_signed_long() * size,
                       terms, within)
    return Address(base.name, base.offset, terms + ((index, size),), within)


# ---- what is there ----------------------------------------------------------

def find(kind, at, bits):
    """Takes an address apart by the type of its global: (numbers of fields,
    [(index, count) of arrays]) that lead to exactly the integer of so many
    bits there."""
    offset, terms, fields, indices = at.offset, at.terms, [], []
    while not isinstance(kind, ir.Int):
        if isinstance(kind, ir.Array):
            size = kind.item.size()
            whole, offset = divmod(offset, size)
            index = bv(whole)
            for number, scale in terms:
                if scale % size == 0:
                    index = index + number * (scale // size)
            terms = [(n, s) for n, s in terms if s % size]
            indices.append((z3.simplify(index), kind.count))
            kind = kind.item
        elif isinstance(kind, ir.Struct):
            number = field(kind, offset)
            fields.append(number)
            offset -= kind.offset(number)
            kind = kind.fields[number]
        else:
            raise ir.Unsupported(f"a load or store of what is in {at.name}")
    if offset or terms or kind.bits != bits:
        raise ir.Unsupported(f"a load or store of {bits} bits at byte "
                             f"{at.offset} of {at.name}")
    return fields, indices


def field(kind, offset):
    """The number of the field that has that byte."""
    for number, one in enumerate(kind.fields):
        start = kind.offset(number)
        if start <= offset < start + one.size():
            return number
    raise ir.Unsupported(f"byte {offset} of a struct is in none of its fields")
