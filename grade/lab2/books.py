"""The kernel's records, made by the grader where frame_boot is not to be
asked."""

from grade.ops import books, state
from grade.ops import words as w
from grade.ops.books import RECORD, RECORDS
from grade.ops.script import Failed, Session
from grade.paging import PAGE

KERNELS = w.Frame.packing.pack(*w.Frame(kind=w.KERNEL, level=1).values())
REGION_RAM = 1
RET = b"\xc3"
CHUNK = 4096            # frames at a time


class Books(books.Books):
    """The books of a guest, and what frame_boot makes of them."""

    def spans(self):
        """(first, past the last) frame of each region of RAM."""
        at = self.guest.observe("OBSERVED_BOOTINFO")
        count, = self.guest.words(at, 1)
        words = self.guest.words(at + 8, 3 * count)
        return [(start // PAGE, end // PAGE) for start, end, kind
                in zip(words[::3], words[1::3], words[2::3])
                if kind == REGION_RAM]

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

    made = False

    def code(self, at, data):
        """Writes code at a virtual address; returns what was there."""
        gdb = self.guest.machine.gdb
        old = bytes.fromhex(gdb.ask(f"m{at:x},{len(data):x}"))
        gdb.ask(f"M{at:x},{len(data):x}:{data.hex()}")
        return old

    def _go_on(self):
        if self.made:
            super()._go_on()
            return
        if not self.guest.run_to("STAGE_MAPPED"):
            raise Failed(self.guest.why())
        at = self.guest.symbols.address["frame_boot"]
        old = self.code(at, RET)
        super()._go_on()
        self.code(at, old)
        Books(self.guest).make()
        self.made = True
