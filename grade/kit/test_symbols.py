"""What the kernel may write: every symbol is on the list, with a reason."""

import subprocess


def listed(top):
    lines = (top / "grade/kit/writable.txt").read_text().splitlines()
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
