"""What the kernel may write: every symbol is on the list, with a reason."""

import re
import subprocess


def listed(top):
    lines = (top / "tests/kernel/writable.txt").read_text().splitlines()
    rows = [line.split(None, 1) for line in lines if not line.startswith("#")]
    assert all(len(row) == 2 for row in rows), "a symbol without a reason"
    return {row[0] for row in rows}


def test_writable_symbols(top, built, symbols):
    start, end = (symbols.address[n] for n in ("data_start", "data_end"))
    out = subprocess.run(["nm", str(built / "kernel.elf")], text=True,
                         stdout=subprocess.PIPE, check=True).stdout
    found = set()
    for line in out.splitlines():
        address, _, name = line.split()
        if start <= int(address, 16) < end and \
                not name.endswith(("_start", "_end")):
            found.add(name)
    assert found == listed(top)


def test_no_indirect_branches(built):
    """Nothing in the kernel's text jumps to where a word says, for ring 3 could
    have taught the processor where to, before it is sure; but the choice of
    an operation, where five comparisons would cost every call."""
    out = subprocess.run(["objdump", "-d", str(built / "kernel.elf")],
                         text=True, stdout=subprocess.PIPE, check=True).stdout
    assert "sysret" in out
    function, found = None, set()
    for line in out.splitlines():
        if line.endswith(">:"):
            function = line.split("<")[1][:-2]
        elif re.search(r"\b(jmp|call)q? +\*", line):
            found.add(function)
    assert found <= {"operation_dispatch"}
