"""The spaces of processes over `unix`, as their page tables tell: the machine
stands while two shells sleep, and a walk from outside reads what they share."""

import struct

import pytest

from grade import abi, libos, paging
from grade.guest import TOP
from grade.machine import BOOT_BUDGET, Machine

pytestmark = pytest.mark.xdist_group("spaces")

UNIX = TOP / "user/libos/unix"
LAYOUT = {**abi.constants(UNIX / "address_map.h"),
          **abi.constants(UNIX / "xo5/layout.h")}
BOOKS = abi.constants(TOP / "kernel/abi/layout.h")
PROCESSES = BOOKS["BOOKS_USER"] + BOOKS["BOOKS_PROCESSES"]
RECORD, LIVE, TABLE_AT = 128, 1, 16     # struct process of abi/books.h
SLOTS, INIT = 16, 1
CR4_LA57 = 1 << 12
BOOTED = "ffffffffc0000000"   # the kernel's last line: its map
STEP, STEPS = 50_000_000, 40            # instructions; looks at most
GIB = LAYOUT["LIBOS_BASE"]
CORE = GIB + LAYOUT["LIBOS_CORE_INDEX"] * LAYOUT["LIBOS_TABLE"]
END = GIB + (LAYOUT["LIBOS_BLOCK_INDEX"] + 1) * LAYOUT["LIBOS_TABLE"]
PROGRAM = 0x1000000000                  # all that programs have is below
CONFIG = b"""set xo5_init=/boot/tests/unix
set xo5_arguments="run=/bin/sh /both"
function xo5_modules {
    module2 ($root)$xo5_init init
    module2 (hd0)/root root
}
"""
BOTH = "sh -c 'sleep 900; true' &\nexec sh -c 'sleep 900; true'\n"


def roots(machine, registers):
    """{slot: Tables} of the processes that live, but for init. A process's
    top table is what the processor's root has in its entry 0."""
    depth = 5 if registers["CR4"] & CR4_LA57 else 4
    now = paging.Tables(machine.physical, registers["CR3"] >> 12, depth)
    place = now.translate(PROCESSES)
    if place is None:
        return {}
    found = {}
    for slot in range(INIT + 1, SLOTS):
        record = machine.physical(place[0] + slot * RECORD, RECORD)
        if record[0] == LIVE:
            frame, = struct.unpack_from("<Q", record, TABLE_AT)
            found[slot] = paging.Tables(machine.physical, frame, depth - 1)
    return found


@pytest.fixture(scope="module")
def spaces(built, tmp_path_factory):
    """The pages of the processes of a machine where four of one program sleep:
    [{address: paging.Page}]."""
    folder = tmp_path_factory.mktemp("spaces")
    (folder / "both").write_text(BOTH)
    image = libos.image(folder / "image", built / libos.SHELL, [
        f"{built}/libos/unix.so=/lib/unix.so", f"{folder}/both=/both"])
    files = {"xo5.cfg": CONFIG, "root": image.read_bytes()}
    with Machine(str(built / "xo5.iso"), mem="64M", files=files) as machine:
        budget, found = BOOT_BUDGET, {}
        for _ in range(STEPS):
            stop = machine.go(budget)
            assert stop.kind == "hang", machine.text()
            if BOOTED in machine.text():
                found = roots(machine, stop.registers)
            if len(found) == 4:
                break
            machine.qmp.ask("cont")
            budget = STEP
        assert len(found) == 4, machine.text()
        return [{page.va: page for page in tables.pages()}
                for tables in found.values()]


def part(pages, start, end):
    return {va: page for va, page in pages.items() if start <= va < end}


def test_text_is_the_same_frames(spaces):
    """Instructions and constants of the library OS: in all processes the same
    frames, and nobody can store to them."""
    first = part(spaces[0], GIB, CORE)
    assert len(first) > 10
    assert all(not page.write for page in first.values())
    for other in spaces[1:]:
        assert part(other, GIB, CORE) == first


def test_own_part_is_ones_own(spaces):
    """Variables, context, window and stacks: no frame is in two processes."""
    frames = [{page.pa for page in part(pages, CORE, END).values()}
              for pages in spaces]
    assert all(len(own) > 20 for own in frames)
    assert len(set.union(*frames)) == sum(len(own) for own in frames)


def test_program_text_is_shared_and_stores_are_not(spaces):
    """Frames of the program that two processes have: none can store to them;
    and its text is shared by all."""
    below = [part(pages, 0, PROGRAM) for pages in spaces]
    for pages in below:
        others = {page.pa for other in below if other is not pages
                  for page in other.values()}
        assert not [va for va, page in pages.items()
                    if page.write and page.pa in others]
    run = [{page.pa for page in pages.values() if page.execute}
           for pages in below]
    assert len(set.intersection(*run)) > 5
