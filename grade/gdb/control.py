"""Control registers, decoded: Intel SDM volume 3A, sections 2.3 and 2.5, and
volume 4 for EFER. Nothing here knows of GDB."""

import textwrap

CR0 = {0: "PE", 1: "MP", 2: "EM", 3: "TS", 4: "ET", 5: "NE", 16: "WP",
       18: "AM", 29: "NW", 30: "CD", 31: "PG"}
CR4 = {0: "VME", 1: "PVI", 2: "TSD", 3: "DE", 4: "PSE", 5: "PAE", 6: "MCE",
       7: "PGE", 8: "PCE", 9: "OSFXSR", 10: "OSXMMEXCPT", 11: "UMIP",
       12: "LA57", 13: "VMXE", 14: "SMXE", 16: "FSGSBASE", 17: "PCIDE",
       18: "OSXSAVE", 19: "KL", 20: "SMEP", 21: "SMAP", 22: "PKE",
       23: "CET", 24: "PKS"}
EFER = {0: "SCE", 8: "LME", 10: "LMA", 11: "NXE", 12: "SVME", 14: "FFXSR"}
RFLAGS = {0: "CF", 2: "PF", 4: "AF", 6: "ZF", 7: "SF", 8: "TF", 9: "IF",
          10: "DF", 11: "OF", 14: "NT", 16: "RF", 17: "VM", 18: "AC",
          19: "VIF", 20: "VIP", 21: "ID"}
# What the kernel turns on, where the processor has it (arch_init).
WANTED = (("cr0", "WP", CR0), ("efer", "NXE", EFER), ("cr4", "SMEP", CR4),
          ("cr4", "SMAP", CR4), ("cr4", "UMIP", CR4))
REGISTERS = ("cr0", "cr2", "cr3", "cr4", "cr8", "efer", "eflags", "cs", "ss")


def names(bits, table):
    """The names of the bits that are set, lowest first; a number for a bit
    without a name."""
    return [table.get(n, f"bit {n}") for n in range(64) if bits >> n & 1]


def has(registers, register, name, table):
    """Is the bit of that name set?"""
    bit = next(n for n, known in table.items() if known == name)
    return bool(registers[register] >> bit & 1)


def paging(registers):
    """Levels of the tables in use, 4 or 5; 0: paging is off; 2 or 3: one of
    the 32-bit forms of paging, which xo5 never uses."""
    if not has(registers, "cr0", "PG", CR0):
        return 0
    if has(registers, "efer", "LMA", EFER):
        return 5 if has(registers, "cr4", "LA57", CR4) else 4
    return 3 if has(registers, "cr4", "PAE", CR4) else 2


def mode_text(registers, width):
    """What the processor is doing, in words. width: 16, 32 or 64, of its
    code."""
    if not has(registers, "cr0", "PE", CR0):
        return "real mode, 16-bit code"
    if not has(registers, "efer", "LMA", EFER):
        kind = "protected mode"
    else:
        kind = "long mode" if width == 64 else "long mode, compatibility"
    return f"{kind}, {width}-bit code, ring {registers['cs'] & 3}"


def paging_text(registers):
    """Which form of paging is on, in words."""
    depth = paging(registers)
    if depth == 0:
        return "paging is off"
    if depth < 4:
        return "32-bit paging"
    return f"{depth} levels of tables"


def _selector(bits):
    table = "LDT" if bits & 4 else "GDT"
    return f"entry {bits >> 3} of the {table}, ring {bits & 3}"


def _flags(bits):
    bits &= ~2                          # always 1
    found = names(bits & ~0x3000, RFLAGS) + [f"IOPL={bits >> 12 & 3}"]
    return " ".join(found)


def _cr3(bits):
    more = bits & 0xfff
    found = [name for n, name in ((3, "PWT"), (4, "PCD")) if more >> n & 1]
    return " ".join([f"root in frame {bits >> 12 & (1 << 40) - 1:#x}", *found])


def lines(registers, width):
    """Every control register, a line each, and what the kernel wants.

    registers: {name: value} of REGISTERS. width: 16, 32 or 64.
    """
    r = registers
    told = {"cr0": " ".join(names(r["cr0"], CR0)),
            "cr2": "the address of the last page fault",
            "cr3": _cr3(r["cr3"]),
            "cr4": " ".join(names(r["cr4"], CR4)),
            "cr8": "the priority below which interrupts wait",
            "efer": " ".join(names(r["efer"], EFER)),
            "eflags": _flags(r["eflags"]),
            "cs": _selector(r["cs"]), "ss": _selector(r["ss"])}
    if not has(r, "cr0", "PE", CR0):
        told["cs"] = told["ss"] = "a segment of real mode"
    yield f"{'mode':7} {mode_text(r, width)}; {paging_text(r)}"
    for name in REGISTERS:
        shown = "rflags" if name == "eflags" else name
        yield from _wrapped(f"{shown:7} {r[name]:#x}", told[name])
    yield f"{'wanted':7} " + ", ".join(
        f"{name} {'on' if has(r, register, name, table) else 'OFF'}"
        for register, name, table in WANTED)


def _wrapped(head, words):
    """One line, or as many as it takes."""
    return textwrap.wrap(words, 80, initial_indent=f"{head:26} ",
                         subsequent_indent=" " * 27) or [head]
