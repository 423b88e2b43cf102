"""The kernel's records in a machine that stands: written and read from
outside."""

import struct

from grade.ops import state
from grade.ops import words as w
from grade.paging import PAGE

RECORD = w.Frame.packing.size
RECORDS = state.BASE + w.C["BOOKS_FRAMES"]
PROCESSES = state.BASE + w.C["BOOKS_PROCESSES"]
EXTENTS = {2: state.BASE + w.C["BOOKS_EXTENTS2"],
           3: state.BASE + w.C["BOOKS_EXTENTS3"]}


class Books:
    """The books of a guest. They stay where they are, whoever runs: where a
    page of them lies is looked up once."""

    def __init__(self, guest):
        self.guest, self.machine = guest, guest.machine
        self._pages = {}

    # ---- bytes ------------------------------------------------------------

    def place(self, va):
        """The physical address of a byte of the books. ValueError if none
        is mapped there."""
        page = va & -PAGE
        if page not in self._pages:
            found = self.guest.tables().translate(page)
            if found is None:
                raise ValueError(f"nothing is mapped at {page:#x}")
            self._pages[page] = found[0]
        return self._pages[page] + va - page

    def _parts(self, va, count):
        """(physical address, bytes) of each page's part."""
        while count:
            part = min(count, PAGE - va % PAGE)
            yield self.place(va), part
            va, count = va + part, count - part

    def read(self, va, count):
        """Bytes of the books."""
        return b"".join(self.machine.physical(pa, part)
                        for pa, part in self._parts(va, count))

    def write(self, va, data):
        """Writes bytes into the books."""
        at = 0
        for pa, part in self._parts(va, len(data)):
            self.machine.poke(pa, data[at:at + part])
            at += part

    # ---- records ----------------------------------------------------------

    def get(self, n):
        """The record of frame n."""
        return w.Frame.read(self.read(RECORDS + n * RECORD, RECORD))[0]

    def put(self, n, count=1, **fields):
        """Gives `count` frames from n on the same record."""
        self.put_record(n, w.Frame(**fields), count)

    def put_record(self, n, record, count=1):
        """The same, of a record that is made."""
        self.write(RECORDS + n * RECORD,
                   w.Frame.packing.pack(*record.values()) * count)

    def extent(self, level, n):
        """The count of free ones of frame n's 2 MiB or 1 GiB."""
        at = EXTENTS[level] + 2 * (n // w.level_frames(level))
        return struct.unpack("<H", self.read(at, 2))[0]

    def put_extent(self, level, n, value):
        """Sets that count."""
        at = EXTENTS[level] + 2 * (n // w.level_frames(level))
        self.write(at, struct.pack("<H", value))

    def processes(self):
        """The records of all processes, by their slots."""
        return w.Process.read(self.read(
            PROCESSES, w.Process.packing.size * w.PROCESS_MAX))

    def get_process(self, slot):
        """The record of a process."""
        size = w.Process.packing.size
        return w.Process.read(self.read(PROCESSES + slot * size, size))[0]

    def put_process(self, slot, process):
        """Writes the record of a process."""
        self.write(PROCESSES + slot * w.Process.packing.size,
                   w.Process.packing.pack(*process.values()))
