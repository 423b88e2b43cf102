"""Page tables, decoded: Intel SDM volume 3A, section 5.5.

Nothing here knows of GDB. `read(address, count)` gives `count` bytes of
physical memory.
"""

import struct
from dataclasses import dataclass

P, W, U, PWT, PCD, A, D, PS, G = (1 << bit for bit in range(9))
PAT_LARGE = 1 << 12
NX = 1 << 63
ADDRESS = 0x000ffffffffff000
ENTRIES = 512
PAGE = 4096
TABLES_MAX = 20000              # a map gives up after reading so many


def size_of(level):
    """Bytes that one entry of that level maps."""
    return 1 << (12 + 9 * (level - 1))


def slot(va, level):
    """Which entry of a table of that level an address uses."""
    return va >> (12 + 9 * (level - 1)) & (ENTRIES - 1)


def sign_bit(depth):
    """The highest bit of an address that `depth` levels translate."""
    return 11 + 9 * depth


def canonical(va, depth):
    """The address, with all bits above the sign bit made copies of it."""
    bit = sign_bit(depth)
    va &= (2 << bit) - 1
    return va | (1 << 64) - (2 << bit) if va >> bit else va


def size_text(count):
    """Bytes in the largest unit that divides them: "2 MiB"."""
    for shift, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if count and count % (1 << shift) == 0:
            return f"{count >> shift} {unit}"
    return f"{count} bytes"


@dataclass(frozen=True)
class Rights:
    """What an entry, or a whole walk, allows."""
    write: bool = True
    execute: bool = True
    user: bool = True

    def __and__(self, other):
        return Rights(self.write and other.write,
                      self.execute and other.execute,
                      self.user and other.user)

    def __str__(self):
        return ("r" + "-w"[self.write] + "-x"[self.execute] + " "
                + ("user" if self.user else "kernel"))


@dataclass(frozen=True)
class Entry:
    """One entry: where it stands and its 64 bits."""
    level: int
    frame: int
    index: int
    bits: int

    @property
    def present(self):
        return bool(self.bits & P)

    @property
    def is_page(self):
        return self.level == 1 or bool(self.level <= 3 and self.bits & PS)

    @property
    def target(self):
        """The physical address of the page or table that it holds."""
        size = size_of(self.level) if self.is_page else PAGE
        return self.bits & ADDRESS & ~(size - 1)

    @property
    def rights(self):
        return Rights(bool(self.bits & W), not self.bits & NX,
                      bool(self.bits & U))

    @property
    def names(self):
        """The names of the bits that are set, lowest first."""
        seventh = "PAT" if self.level == 1 else "PS"
        named = [(P, "P"), (W, "W"), (U, "U"), (PWT, "PWT"), (PCD, "PCD"),
                 (A, "A"), (D, "D"), (PS, seventh), (G, "G"), (NX, "NX")]
        if self.level > 1 and self.is_page:
            named.insert(-1, (PAT_LARGE, "PAT"))
        if not self.is_page:            # ignored in an entry for a table
            named = [n for n in named if n[1] not in ("D", "G")]
        return [name for bit, name in named if self.bits & bit]

    def fault(self, nxe=True):
        """Why every access through it faults, or None.

        nxe: EFER.NXE is set, so bit 63 has a meaning.
        """
        if not self.present:
            return "P is 0: not present"
        if self.level >= 4 and self.bits & PS:
            return f"PS is set, and reserved at level {self.level}"
        low = size_of(self.level) - 1 & ADDRESS & ~PAT_LARGE
        if self.level > 1 and self.is_page and self.bits & low:
            return f"address bits below {size_text(low + 0x2000)} are set"
        if self.bits & NX and not nxe:
            return "NX is set, and reserved while EFER.NXE is 0"
        return None


def walk(read, root, depth, va, nxe=True):
    """The entries on the way to an address, highest level first; the last
    holds its page, or is where every access faults."""
    frame, way = root, []
    for level in range(depth, 0, -1):
        index = slot(va, level)
        (bits,) = struct.unpack("<Q", read(frame * PAGE + index * 8, 8))
        way.append(Entry(level, frame, index, bits))
        if way[-1].fault(nxe) or way[-1].is_page:
            break
        frame = way[-1].target // PAGE
    return way


def together(way):
    """What all entries of a walk allow together."""
    rights = Rights()
    for entry in way:
        rights &= entry.rights
    return rights


@dataclass
class Range:
    """Addresses [start, end) with the same rights and page size. pa is where
    they begin in physical memory, None if not all in one piece."""
    start: int
    end: int
    pa: int | None
    level: int
    rights: Rights

    def add(self, other):
        """Takes in what comes right after; False if it is of another kind."""
        if (other.start, other.level, other.rights) != (
                self.end, self.level, self.rights):
            return False
        if self.pa is not None and other.pa != self.pa + self.end - self.start:
            self.pa = None
        self.end = other.end
        return True


class Mapping:
    """All that the tables below a root map, as a list of Range.

    first, last: only pages that hold an address in [first, last].
    complete is False if there were too many tables to read.
    """

    def __init__(self, read, root, depth, first=0, last=(1 << 64) - 1,
                 nxe=True):
        self._read, self._depth, self._nxe = read, depth, nxe
        self._first, self._last = first, last
        self.ranges, self.complete, self._left = [], True, TABLES_MAX
        self._table(root, depth, 0, Rights())

    def _table(self, frame, level, base, allowed):
        if self._left == 0:
            self.complete = False
            return
        self._left -= 1
        table = struct.unpack("<512Q", self._read(frame * PAGE, PAGE))
        if table.count(table[0]) == len(table):
            return              # nothing, or a hole of the books: all zeros
        for index, bits in enumerate(table):
            start = canonical(base + index * size_of(level), self._depth)
            end = start + size_of(level)
            if bits & P and start <= self._last and end > self._first:
                self._entry(Entry(level, frame, index, bits), start, allowed)

    def _entry(self, entry, start, allowed):
        if entry.fault(self._nxe):
            return
        rights = allowed & entry.rights
        if not entry.is_page:
            self._table(entry.target // PAGE, entry.level - 1, start, rights)
            return
        found = Range(start, start + size_of(entry.level), entry.target,
                      entry.level, rights)
        if not self.ranges or not self.ranges[-1].add(found):
            self.ranges.append(found)
