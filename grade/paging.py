"""Page tables, read from outside: what Intel SDM 3A section 5.5 says, and
nothing of the kernel's own code."""

import struct
from dataclasses import dataclass

from grade.verdict import Wrong

P, W, U, PS, NX = 1, 2, 4, 1 << 7, 1 << 63
ADDRESS = 0x000ffffffffff000
ENTRIES = 512
PAGE = 4096
TABLES_MAX = 1 << 12    # that one walk reads: page by page, so many map 8 GiB


@dataclass(frozen=True, slots=True)
class Page:
    """One mapped page: its address, where it leads, and what the walk
    allows."""
    va: int
    pa: int
    level: int
    write: bool
    execute: bool
    user: bool

    @property
    def size(self):
        return size_of(self.level)

    @property
    def rights(self):
        return "r" + "-w"[self.write] + "-x"[self.execute]


def size_of(level):
    """Bytes that one entry of that level maps."""
    return 1 << (12 + 9 * (level - 1))


def canonical(va, depth):
    """The address with its upper bits made copies of the highest used."""
    bits = 12 + 9 * depth
    va &= (1 << bits) - 1
    return va | (-1 << bits) & (1 << 64) - 1 if va >> (bits - 1) else va


def endless(where, most=TABLES_MAX):
    """The verdict on tables that a walk does not come to the end of."""
    return Wrong("a tree of tables ends: no table leads back to itself",
                 f"all that is mapped below {where}",
                 f"more than {most} tables: the walk was given up")


class Tables:
    """The tables below one root. read(address, count) gives physical bytes;
    `most`: so many tables are read for one walk."""

    def __init__(self, read, root, depth, most=TABLES_MAX):
        self.read, self.root, self.depth = read, root, depth
        self.most = self._left = most

    def table(self, frame):
        """A table's 512 entries."""
        return struct.unpack("<512Q", self.read(frame * PAGE, PAGE))

    def pages(self, low=0, high=ENTRIES):
        """Every mapped page, in the root's slots [low, high). Of a table
        whose entries are all the same only the first is followed: so do the
        books lead to zeros where there is no RAM behind them."""
        self._left = self.most
        yield from self._pages(self.root, self.depth, 0, (True, True, True),
                               range(low, high))

    def _pages(self, frame, level, base, allowed, slots):
        self._left -= 1
        if self._left < 0:
            raise endless(f"the root in frame {self.root:#x}", self.most)
        entries = self.table(frame)
        if entries.count(entries[0]) == ENTRIES:
            slots = slots[:1]
        for i in slots:
            entry = entries[i]
            if not entry & P:
                continue
            write, execute, user = allowed
            now = (write and bool(entry & W), execute and not entry & NX,
                   user and bool(entry & U))
            va = base + i * size_of(level)
            if level == 1 or (level <= 3 and entry & PS):
                pa = entry & ADDRESS & ~(size_of(level) - 1)
                yield Page(canonical(va, self.depth), pa, level, *now)
            else:
                yield from self._pages((entry & ADDRESS) // PAGE, level - 1,
                                       va, now, range(ENTRIES))

    def space(self):
        """What tells processes apart: the first entry of the kernel's root is
        the one that has the processor."""
        return self.table(self.root)[0] & ADDRESS

    def frames(self):
        """The frames of all tables below the root, itself included."""
        found = {self.root}
        self._frames(self.root, self.depth, found)
        return found

    def _frames(self, frame, level, found):
        for entry in self.table(frame):
            if level > 1 and entry & P and not (level <= 3 and entry & PS):
                below = (entry & ADDRESS) // PAGE
                if below not in found:
                    found.add(below)
                    self._frames(below, level - 1, found)

    def entry(self, va, to):
        """(table frame, index, level, bits) of the entry of level `to` for
        that address, or of the first on the way that is empty or a page."""
        frame = self.root
        for level in range(self.depth, 0, -1):
            index = va >> (12 + 9 * (level - 1)) & (ENTRIES - 1)
            bits = self.table(frame)[index]
            page = level == 1 or (level <= 3 and bits & PS)
            if level == to or not bits & P or page:
                return frame, index, level, bits
            frame = (bits & ADDRESS) // PAGE
        raise ValueError("no such level")

    def translate(self, va):
        """(physical address, bytes up to the page's end), or None."""
        _, _, level, bits = self.entry(va, 1)
        if not bits & P:
            return None
        size = size_of(level)
        return (bits & ADDRESS & ~(size - 1)) + va % size, size - va % size
