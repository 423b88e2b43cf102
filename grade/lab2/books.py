"""The kernel's records in a machine that stands: written and read from
outside, and made for it where frame_boot is not to be asked."""

import struct

from grade.ops import state
from grade.ops import words as w
from grade.ops.script import Failed, Session
from grade.paging import PAGE

RECORD = w.Frame.packing.size
RECORDS = state.BASE + w.C["BOOKS_FRAMES"]
PROCESSES = state.BASE + w.C["BOOKS_PROCESSES"]
EXTENTS = {2: state.BASE + w.C["BOOKS_EXTENTS2"],
           3: state.BASE + w.C["BOOKS_EXTENTS3"]}
KERNELS = w.Frame.packing.pack(*w.Frame(kind=w.KERNEL, level=1).values())
REGION_RAM = 1
RET = b"\xc3"
CHUNK = 4096            # frames at a time


class Books:
    """The books of a guest, which is on the kernel's own tables."""

    def __init__(self, guest):
        self.guest, self.machine = guest, guest.machine
        self._tables, self._pages = guest.tables(), {}

    def _parts(self, va, count):
        """(physical address, bytes) of what is mapped there. ValueError if
        nothing is."""
        while count:
            page = va & -PAGE
            if page not in self._pages:
                found = self._tables.translate(page)
                if found is None:
                    raise ValueError(f"nothing is mapped at {page:#x}")
                self._pages[page] = found[0]
            part = min(count, page + PAGE - va)
            yield self._pages[page] + va - page, part
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

    def get(self, n):
        """The record of frame n."""
        return w.Frame.read(self.read(RECORDS + n * RECORD, RECORD))[0]

    def put(self, n, count=1, **fields):
        """Gives `count` frames from n on the same record."""
        data = w.Frame.packing.pack(*w.Frame(**fields).values())
        self.write(RECORDS + n * RECORD, data * count)

    def extent(self, level, n):
        """The count of free ones of frame n's 2 MiB or 1 GiB."""
        at = EXTENTS[level] + 2 * (n // w.level_frames(level))
        return struct.unpack("<H", self.read(at, 2))[0]

    def put_extent(self, level, n, value):
        """Sets that count."""
        at = EXTENTS[level] + 2 * (n // w.level_frames(level))
        self.write(at, struct.pack("<H", value))

    def put_process(self, slot, process):
        """Writes the record of a process."""
        size = w.Process.packing.size
        self.write(PROCESSES + slot * size,
                   w.Process.packing.pack(*process.values()))

    def get_process(self, slot):
        """The record of a process."""
        size = w.Process.packing.size
        return w.Process.read(self.read(PROCESSES + slot * size, size))[0]

    def spans(self):
        """(first, past the last) frame of each region of RAM."""
        at = self.guest.observe("OBSERVED_BOOTINFO")
        count, = self.guest.words(at, 1)
        words = self.guest.words(at + 8, 3 * count)
        return [(start // PAGE, end // PAGE) for start, end, kind
                in zip(words[::3], words[1::3], words[2::3])
                if kind == REGION_RAM]

    # ---- instead of frame_boot --------------------------------------------

    def make(self):
        """Makes all records that say NONE: KERNEL where boot's frames may
        be, DIRTY elsewhere; init may have all that is dirty."""
        low = self.guest.observe("OBSERVED_BOOTMEM_NEXT")
        image = [self.guest.observe(f"OBSERVED_KERNEL_{end}") // PAGE
                 for end in ("START", "END")]
        dirty = 0
        for start, end in self.spans():
            for n in range(start, end, CHUNK):
                dirty += self._make(n, min(CHUNK, end - n), low, image)
        init = self.get_process(w.INIT)
        init.allowance = dirty
        self.put_process(w.INIT, init)

    def _make(self, first, count, low, image):
        """make() for these frames; how many of them are DIRTY now."""
        at = RECORDS + first * RECORD
        data = self.read(at, count * RECORD)
        if first >= low and first > image[1] and not data.strip(b"\0"):
            self.write(at, state.PLAIN_BYTES * count)
            return count
        made, dirty = [], 0
        for n in range(first, first + count):
            old = data[(n - first) * RECORD:][:RECORD]
            kept = n < low or image[0] <= n <= image[1]
            if old == state.NOTHING:
                old = KERNELS if kept else state.PLAIN_BYTES
                dirty += not kept
            made.append(old)
        self.write(at, b"".join(made))
        return dirty


class Bare(Session):
    """A session whose records the grader made: frame_boot did nothing."""

    def __init__(self, settings, boot):
        super().__init__(settings.build, settings.symbols,
                         settings.machine(boot))
        self.address = settings.symbols.address
        self.books = None

    def code(self, at, data):
        """Writes code at a virtual address; returns what was there."""
        gdb = self.guest.machine.gdb
        old = bytes.fromhex(gdb.ask(f"m{at:x},{len(data):x}"))
        gdb.ask(f"M{at:x},{len(data):x}:{data.hex()}")
        return old

    def _go_on(self):
        if self.books is not None:
            super()._go_on()
            return
        if not self.guest.run_to("STAGE_MAPPED"):
            raise Failed(self.guest.why())
        at = self.address["frame_boot"]
        old = self.code(at, RET)
        super()._go_on()
        self.code(at, old)
        self.books = Books(self.guest)
        self.books.make()
