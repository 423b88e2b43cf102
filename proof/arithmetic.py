"""LLVM's instructions on integers, as z3's: LLVM language reference, "Binary
Operations", "Bitwise Binary Operations", "Conversion Operations", "icmp"."""

import z3

COMPARE = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    "ult": z3.ULT, "ule": z3.ULE, "ugt": z3.UGT, "uge": z3.UGE,
    "slt": lambda a, b: a < b, "sle": lambda a, b: a <= b,
    "sgt": lambda a, b: a > b, "sge": lambda a, b: a >= b,
}
ARITHMETIC = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b, "and": lambda a, b: a & b,
    "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << b, "lshr": z3.LShR,
    "ashr": lambda a, b: a >> b, "udiv": z3.UDiv, "urem": z3.URem,
}
OVERFLOW = {
    ("add", "nuw"): lambda a, b: z3.BVAddNoOverflow(a, b, False),
    ("add", "nsw"): lambda a, b: z3.And(z3.BVAddNoOverflow(a, b, True),
                                        z3.BVAddNoUnderflow(a, b)),
    ("sub", "nuw"): lambda a, b: z3.BVSubNoUnderflow(a, b, False),
    ("sub", "nsw"): lambda a, b: z3.And(z3.BVSubNoOverflow(a, b),
                                        z3.BVSubNoUnderflow(a, b, True)),
    ("mul", "nuw"): lambda a, b: z3.BVMulNoOverflow(a, b, False),
    ("mul", "nsw"): lambda a, b: z3.And(z3.BVMulNoOverflow(a, b, True),
                                        z3.BVMulNoUnderflow(a, b)),
    ("shl", "nuw"): lambda a, b: z3.LShR(a << b, b) == a,
    ("shl", "nsw"): lambda a, b: (a << b) >> b == a,
    ("lshr", "exact"): lambda a, b: (z3.LShR(a, b) << b) == a,
    ("or", "disjoint"): lambda a, b: a & b == 0,
}
# What a conversion from one size to another was promised: by the value, and
# by how many bits it is made wider or narrower.
CONVERT = {
    ("trunc", "nuw"): lambda a, bits: z3.ZeroExt(
        bits, z3.Extract(a.size() - bits - 1, 0, a)) == a,
    ("trunc", "nsw"): lambda a, bits: z3.SignExt(
        bits, z3.Extract(a.size() - bits - 1, 0, a)) == a,
    ("zext", "nneg"): lambda a, bits: a >= 0,
}
# "Standard C/C++ Library Intrinsics": functions of numbers alone.
PURE = {
    "umin": lambda a, b: z3.If(z3.ULT(a, b), a, b),
    "umax": lambda a, b: z3.If(z3.UGT(a, b), a, b),
    "smin": lambda a, b: z3.If(a < b, a, b),
    "smax": lambda a, b: z3.If(a > b, a, b),
}
