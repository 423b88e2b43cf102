"""What the GDB commands know of tables, frames and registers, without GDB."""

import random
import struct

import pytest

from grade import paging as outside
from grade.gdb import control, frames, paging
from grade.gdb.paging import NX, PAGE, PS, A, D, P, U, W

TABLE = P | W | U


class Memory:
    """Physical memory that holds tables, each a list of 512 entries."""

    def __init__(self, tables):
        self.tables, self.reads = tables, 0

    def read(self, address, count):
        self.reads += 1
        table = self.tables.get(address // PAGE, [0] * 512)
        data = struct.pack("<512Q", *table)
        return data[address % PAGE:address % PAGE + count]


def table(**entries):
    """A table with entries e0=..., e511=..., the others 0."""
    found = [0] * 512
    for name, bits in entries.items():
        found[int(name[1:])] = bits
    return found


def four_levels():
    """0x400000 is 4 KiB r-x user, 2 MiB rw- after 2 MiB; the top 1 GiB."""
    return Memory({1: table(e0=2 * PAGE | TABLE, e511=5 * PAGE | P | W),
                   2: table(e0=3 * PAGE | TABLE),
                   3: table(e1=0x600000 | P | W | NX | PS | A | D,
                            e2=4 * PAGE | TABLE),
                   4: table(e0=0x123000 | P | U),
                   5: table(e511=0x40000000 | P | W | PS)})


def test_walk_to_a_small_page():
    way = paging.walk(four_levels().read, 1, 4, 0x400abc)
    assert [(e.level, e.frame, e.index) for e in way] == [
        (4, 1, 0), (3, 2, 0), (2, 3, 2), (1, 4, 0)]
    assert way[-1].names == ["P", "U"]
    assert way[-1].target == 0x123000
    assert str(paging.together(way)) == "r-x user"


def test_walk_to_a_large_page():
    way = paging.walk(four_levels().read, 1, 4, 0x200000)
    assert way[-1].names == ["P", "W", "A", "D", "PS", "NX"]
    assert (way[-1].is_page, way[-1].target) == (True, 0x600000)
    assert str(paging.together(way)) == "rw- kernel"


def test_walk_stops_where_nothing_is():
    way = paging.walk(four_levels().read, 1, 4, 0x40000000)
    assert (way[-1].level, way[-1].index) == (3, 1)
    assert "not present" in way[-1].fault()


@pytest.mark.parametrize("level, bits, words", [
    (4, P | PS, "reserved at level 4"), (5, P | PS, "reserved at level 5"),
    (2, P | PS | 0x4000, "address bits below 2 MiB"),
    (3, P | PS | 0x200000, "address bits below 1 GiB"),
    (1, NX | W, "not present")])
def test_faults(level, bits, words):
    assert words in paging.Entry(level, 1, 0, bits).fault()


def test_nx_is_reserved_without_nxe():
    entry = paging.Entry(1, 1, 0, P | NX)
    assert entry.fault(nxe=True) is None
    assert "EFER.NXE" in entry.fault(nxe=False)


def test_pat_bits():
    assert paging.Entry(1, 1, 0, P | PS).names == ["P", "PAT"]
    assert paging.Entry(2, 1, 0, P | PS | 1 << 12).fault() is None
    assert paging.Entry(2, 1, 0, P | PS | 1 << 12).names == ["P", "PS", "PAT"]


@pytest.mark.parametrize("depth, last", [(4, 0x7fffffffffff),
                                         (5, 0xffffffffffffff)])
def test_canonical(depth, last):
    assert paging.canonical(last, depth) == last
    assert paging.canonical(last + 1, depth) == (1 << 64) - last - 1
    assert paging.canonical((1 << 64) - 1, depth) == (1 << 64) - 1


def shown(mapping):
    return [(r.start, r.end, r.pa, r.level, str(r.rights))
            for r in mapping.ranges]


def test_mapping_of_both_halves():
    assert shown(paging.Mapping(four_levels().read, 1, 4)) == [
        (0x200000, 0x400000, 0x600000, 2, "rw- kernel"),
        (0x400000, 0x401000, 0x123000, 1, "r-x user"),
        ((1 << 64) - (1 << 30), 1 << 64, 0x40000000, 3, "rwx kernel")]


def test_mapping_of_a_part_reads_only_that():
    memory = four_levels()
    assert shown(paging.Mapping(memory.read, 1, 4, 0x400fff, 0x500000)) == [
        (0x400000, 0x401000, 0x123000, 1, "r-x user")]
    assert memory.reads == 4


def test_ranges_join_and_tell_if_in_pieces():
    small = [n * PAGE | P for n in (7, 8, 9)] + [0x40 * PAGE | P,
                                                 0x41 * PAGE | P | W]
    memory = Memory({1: table(e0=2 * PAGE | TABLE),
                     2: table(e0=3 * PAGE | TABLE),
                     3: table(e0=4 * PAGE | TABLE),
                     4: small + [0] * (512 - len(small))})
    assert shown(paging.Mapping(memory.read, 1, 4)) == [
        (0, 0x4000, None, 1, "r-x kernel"),
        (0x4000, 0x5000, 0x41000, 1, "rwx kernel")]
    assert paging.Mapping(memory.read, 1, 4, 0, 0x2fff).ranges[0].pa == 0x7000


def test_tables_that_hold_themselves_end(monkeypatch):
    monkeypatch.setattr(paging, "TABLES_MAX", 100)
    loop = Memory({1: [PAGE | TABLE] * 511 + [0]})
    mapping = paging.Mapping(loop.read, 1, 5)
    assert not mapping.complete
    assert loop.reads == 100


def random_tables(seed, depth):
    """Sparse tables, and what the graders' own walk finds in them."""
    rng, tables, free = random.Random(seed), {}, iter(range(2, 1000))

    def build(frame, level):
        entries = tables[frame] = [0] * 512
        for _ in range(rng.randint(1, 5)):
            bits = P | rng.choice((0, W)) | rng.choice((0, U))
            bits |= rng.choice((0, NX))
            index = rng.randrange(512)
            if level == 1:
                bits |= rng.randrange(1 << 20) * PAGE
            elif level <= 3 and rng.random() < 0.4:
                size = paging.size_of(level)
                bits |= PS | rng.randrange(1 << 40) // size * size
            else:
                below = next(free)
                bits |= below * PAGE
                build(below, level - 1)
            entries[index] = bits
    build(1, depth)
    return Memory(tables)


@pytest.mark.parametrize("depth", (4, 5))
@pytest.mark.parametrize("seed", range(5))
def test_same_as_the_graders_walk(seed, depth):
    """Two walks, written apart, agree on tables made at random."""
    memory = random_tables(seed, depth)
    pages = list(outside.Tables(memory.read, 1, depth).pages())
    found = paging.Mapping(memory.read, 1, depth).ranges
    assert sum(r.end - r.start for r in found) == sum(p.size for p in pages)
    for page in pages:
        held = [r for r in found if r.start <= page.va < r.end]
        assert [(str(r.rights), r.level) for r in held] == [
            (f"{page.rights} {'user' if page.user else 'kernel'}",
             page.level)]
        way = paging.walk(memory.read, 1, depth, page.va)
        assert way[-1].target == page.pa


def test_frames():
    regions = [(0, 0x9f000, 1), (0x9fc00, 0xa0000, 2),
               (0x100000, 0x200000, 1), (0x200000, 0x208000, 3)]
    busy = [(0x108000, 0x110000, "loader"), (0x120000, 0x121000, "kernel")]
    found = frames.pieces(regions, busy, 0x115)
    assert [(p.start, p.end, p.what) for p in found] == [
        (0, 0x9f000, frames.LOW), (0x9f000, 0xa0000, "reserved"),
        (0x100000, 0x108000, frames.TAKEN), (0x108000, 0x110000, "loader"),
        (0x110000, 0x115000, frames.TAKEN),
        (0x115000, 0x120000, frames.FREE), (0x120000, 0x121000, "kernel"),
        (0x121000, 0x200000, frames.FREE),
        (0x200000, 0x208000, "ACPI tables")]
    assert dict(frames.totals(found)) == {
        frames.LOW: 0x9f, frames.TAKEN: 13, "loader": 8, "kernel": 1,
        frames.FREE: 0x100 - 13 - 8 - 1}
    assert "bootmem counts" not in "".join(frames.lines(found, 13))
    assert "bootmem counts 12 frames" in "".join(frames.lines(found, 12))


LONG = {"cr0": 0x80010033, "cr2": 0, "cr3": 0x10f000, "cr4": 0x311e20,
        "cr8": 0, "efer": 0xd01, "eflags": 0x3246, "cs": 0x23, "ss": 0x1b}
RESET = dict.fromkeys(LONG, 0) | {"cr0": 0x60000010, "eflags": 2,
                                  "cs": 0xf000}


def test_registers():
    lines = "\n".join(control.lines(LONG, 64))
    assert "long mode, 64-bit code, ring 3; 5 levels of tables" in lines
    for words in ("PE MP ET NE WP PG", "LA57 FSGSBASE SMEP SMAP", "frame 0x1",
                  "SCE LME LMA NXE", "PF ZF IF IOPL=3", "entry 4 of the GDT",
                  "WP on, NXE on, SMEP on, SMAP on, UMIP on"):
        assert words in lines
    assert max(map(len, lines.split("\n"))) <= 80


def test_registers_after_reset():
    lines = "\n".join(control.lines(RESET, 16))
    assert "real mode, 16-bit code; paging is off" in lines
    assert "WP OFF" in lines
    every = dict.fromkeys(LONG, (1 << 64) - 1)
    assert max(map(len, control.lines(every, 64))) <= 80


def test_forms_of_paging():
    assert control.paging(LONG) == 5
    assert control.paging(LONG | {"cr4": 0x20}) == 4
    assert control.paging(LONG | {"cr4": 0x20, "efer": 0}) == 3
    assert control.paging(LONG | {"cr4": 0, "efer": 0}) == 2
    assert control.paging(RESET) == 0
