"""Compiles the IR for this machine, and the comparison around it."""

import re
import shutil
from pathlib import Path

from proof import record
from proof.machine import FLUSH
from proof.search.clang import CannotBuild, run

TOP = Path(__file__).resolve().parents[2]
HERE = TOP / "proof/compare"
# Where the arrays that the kernel's linker places lie: all of them fit in a
# program's 2^47 bytes, entries are 2^46 of them. tables is the same memory.
PLACES = {"frames": 1 << 44, "extents2": 3 << 43, "extents3": 25 << 40,
          "entries": 1 << 45, "tables": 1 << 45}
# As the kernel's own object is made from this IR (proof/proof.mk).
CODE = ("--target=x86_64-unknown-none-elf", "-O2", "-fpic", "-mno-red-zone",
        "-Wno-unused-command-line-argument", "-c")
HOST = ("-std=gnu17", "-Wall", "-Wextra", "-fPIC", f"-I{TOP}",
        f"-I{TOP}/kernel")
FORMULAS = ("-O1", "-Wno-unused", "-Wno-parentheses", "-c")


def rewrite(text):
    """The IR but for two things. arch_flush's instructions are the kernel's
    alone, so a call of the host's function stands for them; the asm clobbers
    memory, and so may a call. And core/group.c's static open_groups gets a
    name that others see, to be part of the state."""
    flushes = text.count(FLUSH)
    text = text.replace(FLUSH, "i64 @host_flush()")
    text, seen = re.subn(r"^(@open_groups =) internal unnamed_addr global",
                         r"\1 global", text, flags=re.M)
    if not seen:
        raise CannotBuild("the IR has no static open_groups")
    if " asm " in text:
        raise CannotBuild("the IR has assembly that is not arch_flush's")
    if flushes:
        text += "\ndeclare i64 @host_flush()\n"
    return text


def build(scratch, ir_path, formulas):
    """The program, in the folder `scratch`; `formulas` is C (predict.py)."""
    scratch = Path(scratch)
    clang = shutil.which(record.short(record.compiler(ir_path))) or "clang"
    text = Path(ir_path).read_text(encoding="utf-8")
    (scratch / "code.ll").write_text(rewrite(text), encoding="utf-8")
    (scratch / "formulas.c").write_text(formulas, encoding="utf-8")
    code, made = scratch / "code.o", scratch / "formulas.o"
    run(clang, *CODE, scratch / "code.ll", "-o", code)
    run(clang, *HOST, *FORMULAS, scratch / "formulas.c", "-o", made)
    places = [f"-Wl,--defsym={name}={at:#x}" for name, at in PLACES.items()]
    # The arrays are too far away for what the linker would make of the
    # accesses by a table of addresses: it is not to.
    run(clang, *HOST, "-O2", "-no-pie", "-Wl,--no-relax", *places,
        *sorted(HERE.glob("*.c")), made, code, "-o", scratch / "compare")
    return scratch / "compare"
