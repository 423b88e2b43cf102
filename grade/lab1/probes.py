"""What lab 1's probe boots are made of: for the grader, and for `make gdb
TEST=`."""

from grade.secret import Secret
from grade.lab1 import (cases_entry, cases_info, cases_map, cases_walk, probe)

_CASES = {"info": cases_info, "entry": cases_entry, "walk": cases_walk,
          "map": cases_map}
_CFG = b"""multiboot2 ($root)/boot/loader.elf
set gfxpayload=text
module2 ($root)/boot/kernel.elf kernel
module2 (hd0)/probe probe
boot
"""


def cases_of(boot, seeds, tests, secret):
    """The cases of that boot that belong to one of these tests, numbered; in
    the secret's order, so that none is known by how many came before."""
    cases = [case for case in _CASES[boot].cases(seeds[boot], secret)
             if case.test in tests]
    counts = {}
    for case in cases:
        counts[case.test] = case.number = counts.get(case.test, 0) + 1
        case.about += f" (CASE={case.number})"
    return secret.shuffled(cases, boot)


def disk(cases):
    """The second disk that boots the kernel into its harness with them."""
    return {"xo5.cfg": _CFG, "probe": probe.encode(cases)}


def disk_of(test, seeds, case=None, secret=Secret()):
    """The same for one [[test]] of lab.toml, and for one of its cases if its
    number is given; None if it looks at a whole boot."""
    if test["boot"] not in _CASES:
        return None
    cases = cases_of(test["boot"], seeds, {test["name"]}, secret)
    return disk([c for c in cases if case in (None, c.number)])
