"""z3's formulas as straight-line C: one local variable for each term."""

import z3

BINARY = {
    z3.Z3_OP_BADD: "mask({0} + {1}, {w})",
    z3.Z3_OP_BSUB: "mask({0} - {1}, {w})",
    z3.Z3_OP_BMUL: "mask({0} * {1}, {w})",
    z3.Z3_OP_BAND: "{0} & {1}", z3.Z3_OP_BOR: "{0} | {1}",
    z3.Z3_OP_BXOR: "{0} ^ {1}",
    z3.Z3_OP_BSHL: "shift_left({0}, {1}, {w})",
    z3.Z3_OP_BLSHR: "shift_right({0}, {1}, {w})",
    z3.Z3_OP_BASHR: "shift_signed({0}, {1}, {w})",
    z3.Z3_OP_BUDIV: "divide({0}, {1}, {w})",
    z3.Z3_OP_BUDIV_I: "divide({0}, {1}, {w})",
    z3.Z3_OP_BUREM: "remainder_of({0}, {1})",
    z3.Z3_OP_BUREM_I: "remainder_of({0}, {1})",
    z3.Z3_OP_EQ: "{0} == {1}", z3.Z3_OP_DISTINCT: "{0} != {1}",
    z3.Z3_OP_XOR: "{0} ^ {1}", z3.Z3_OP_IMPLIES: "!{0} | {1}",
    z3.Z3_OP_ULT: "{0} < {1}", z3.Z3_OP_ULEQ: "{0} <= {1}",
    z3.Z3_OP_UGT: "{0} > {1}", z3.Z3_OP_UGEQ: "{0} >= {1}",
    z3.Z3_OP_SLT: "sign({0}, {w}) < sign({1}, {w})",
    z3.Z3_OP_SLEQ: "sign({0}, {w}) <= sign({1}, {w})",
    z3.Z3_OP_SGT: "sign({0}, {w}) > sign({1}, {w})",
    z3.Z3_OP_SGEQ: "sign({0}, {w}) >= sign({1}, {w})",
    z3.Z3_OP_BUMUL_NO_OVFL: "product_fits({0}, {1}, {w})",
    z3.Z3_OP_BSMUL_NO_OVFL: "product_below({0}, {1}, {w})",
    z3.Z3_OP_BSMUL_NO_UDFL: "product_above({0}, {1}, {w})",
}
# Those of them that take any number of operands, two at a time.
MANY = (z3.Z3_OP_BADD, z3.Z3_OP_BMUL, z3.Z3_OP_BAND, z3.Z3_OP_BOR,
        z3.Z3_OP_BXOR)
# What the processor or another program might have put there meanwhile: no
# other bits than were there.
FRESH = ("seen!", "word!", "cr3!")


class Untranslated(Exception):
    """A term that has no C here."""


class Translator:
    """Writes C for terms, each once. `symbols`: the C of constants by name."""

    def __init__(self, symbols):
        self.symbols = symbols
        self.names, self.lines = {}, []
        self.kept = []     # or z3 would give their numbers to other terms

    def term(self, root):
        """The name of the variable that has the value of this term."""
        stack = [root]
        while stack:
            one = stack[-1]
            if one.get_id() in self.names:
                stack.pop()
                continue
            left = [c for c in one.children() if c.get_id() not in self.names]
            if left:
                stack += left
                continue
            stack.pop()
            self.write(one)
        return self.names[root.get_id()]

    def write(self, one):
        text = self.text(one, [self.names[c.get_id()] for c in one.children()])
        name = f"v{len(self.names)}"
        self.lines.append(f"    const uint64_t {name} = {text};")
        self.names[one.get_id()] = name
        self.kept.append(one)

    def text(self, one, parts):
        kind, wide = one.decl().kind(), width(one)
        if not 0 < wide <= 64:
            raise Untranslated(f"a word of {wide} bits")
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return str(int(kind == z3.Z3_OP_TRUE))
        if kind == z3.Z3_OP_BNUM:
            return f"UINT64_C({one.as_long():#x})"
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self.read(one.decl().name(), parts)
        if kind in (z3.Z3_OP_AND, z3.Z3_OP_OR):
            return (" & " if kind == z3.Z3_OP_AND else " | ").join(parts)
        if kind == z3.Z3_OP_NOT:
            return f"!{parts[0]}"
        if kind == z3.Z3_OP_ITE:
            return f"{parts[0]} ? {parts[1]} : {parts[2]}"
        if kind == z3.Z3_OP_CONCAT:
            return self.concat(one, parts)
        if kind == z3.Z3_OP_EXTRACT:
            return f"mask({parts[0]} >> {one.params()[1]}, {wide})"
        if kind == z3.Z3_OP_ZERO_EXT:
            return parts[0]
        if kind == z3.Z3_OP_SIGN_EXT:
            return f"mask((uint64_t)sign({parts[0]}, {width(one.arg(0))}), " \
                f"{wide})"
        if kind == z3.Z3_OP_BNOT:
            return f"mask(~{parts[0]}, {wide})"
        if kind == z3.Z3_OP_BNEG:
            return f"mask(0 - {parts[0]}, {wide})"
        return self.binary(one, kind, parts)

    def binary(self, one, kind, parts):
        if kind not in BINARY or (len(parts) != 2 and kind not in MANY):
            raise Untranslated(f"{one.decl().name()} of {len(parts)}")
        bits = width(one.arg(0))
        text = parts[0]
        for part in parts[1:]:
            text = BINARY[kind].format(text, part, w=bits)
            text = f"({text})" if len(parts) > 2 else text
        return text

    def concat(self, one, parts):
        text, bits = "0", 0
        for child, part in zip(reversed(one.children()), reversed(parts)):
            text = f"{part} << {bits} | {text}" if bits else part
            bits += width(child)
        return text

    def read(self, name, parts):
        """A constant, or a field of the state before."""
        if name.startswith(FRESH):
            return "0"
        if name in self.symbols:
            return self.symbols[name]
        return f"{getter(name)}({', '.join(parts)})"


def getter(region):
    """The C function that reads a field."""
    if region == "%arguments":
        return "get_argument"
    return "get_" + region.replace(".", "_")


def width(term):
    """Bits; a truth value has one."""
    return 1 if z3.is_bool(term) else term.size()
