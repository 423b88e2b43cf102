"""What the grader does when a machine of lab 5 stands at the kit's own code:
it sees that this code is the kit's, puts its numbers in, takes down what is
said, and looks at what is mapped."""

import struct
from dataclasses import dataclass

from grade import abi, paging
from grade.guest import TOP

LAYOUT = abi.constants(TOP / "user/launch/launch.h")
BOOKS = abi.constants(TOP / "kernel/abi/layout.h")
PROCESSES = BOOKS["BOOKS_USER"] + BOOKS["BOOKS_PROCESSES"]
BASE, INDEX = LAYOUT["LAUNCH_BASE"], LAYOUT["LAUNCH_INDEX"]
OWN = BASE + 2 * LAYOUT["LAUNCH_TABLE"]
GIB, PAGE = 1 << 30, 4096
IMAGE = BASE + GIB
CR4_LA57 = 1 << 12
RESULTS, SLOTS = 64, 256
BEGIN = 0               # the look at which the grader puts its numbers in
LAST = 100              # the look with which a test inside ends
SAY = 101               # a line that a program says
LINE_MAX = 256
_PROCESS = struct.Struct("<BBBBHHIHHQQQQQIHHQQ48x")


@dataclass
class Look:
    """The running process at one look."""
    which: int
    at: int             # what it pointed to
    pages: dict         # va: (frame, rights that hold on the whole way)
    gibs: dict          # number: (frame of the table, may W pass)
    results: list       # what it noted so far
    processes: dict     # slot: (state, owned, children)

    def page(self, va):
        """(frame, "rw-") of the page of that address, or None."""
        return self.pages.get(va & ~(PAGE - 1))

    def frame(self, va):
        """The frame at that address; None."""
        found = self.page(va)
        return found and found[0]

    def between(self, start, end):
        """{page number from start on: rights}."""
        return {(va - start) // PAGE: page[1]
                for va, page in self.pages.items() if start <= va < end}


@dataclass(frozen=True)
class Watch:
    """Where the grader stops a machine, and what it does there.

    address: of the kit's code; given: where `numbers` are put at its first
    look; results: of what a test inside notes; file: (image, name) of the
    program, whose own frames that code must lie in.
    """
    address: int
    given: int = 0
    numbers: bytes = b""
    results: int = 0
    file: tuple = ()

    def stands(self, machine, registers, found):
        """Looks at the machine, which stands there."""
        tables = _tables(machine, registers)
        if self.file and not self._is_the_files(tables):
            return              # somebody else's code lies there
        which = registers.get("RDI", 0)
        if not self.given:
            found.entered.append(_word(tables, machine, registers["RSP"]))
        elif which == SAY:
            line = _read(tables, machine, registers["RSI"], LINE_MAX)
            found.said.append((tables.space(), line.split(b"\0")[0].decode(
                "latin-1")))
        elif which == BEGIN:
            self._put(machine, tables)
        else:
            found.looks.append(_look(machine, registers, self.results))

    def _is_the_files(self, tables):
        """Whether the code here lies in one of the file's own frames."""
        first, size = file_pages(*self.file)
        here = tables.translate(self.address)
        own = [tables.translate(IMAGE + (first + n) * PAGE)
               for n in range((size + PAGE - 1) // PAGE)]
        return here is not None and here[0] // PAGE in {
            page[0] // PAGE for page in own if page}

    def _put(self, machine, tables):
        """Puts the numbers in, where a page of the program's own is."""
        there = tables.translate(self.given)
        if there is not None:
            machine.poke(there[0], self.numbers)


def entry_of(path):
    """Where an ELF program begins."""
    return struct.unpack_from("<Q", path.read_bytes(), 24)[0] \
        if path.exists() else 1


def _word(tables, machine, stack):
    """argv[0] of a program that begins with that stack."""
    at, = struct.unpack("<Q", _read(tables, machine, stack + 8, 8))
    return _read(tables, machine, at, LINE_MAX).split(b"\0")[0].decode(
        "latin-1")


def _tables(machine, registers):
    depth = 5 if registers["CR4"] & CR4_LA57 else 4
    return paging.Tables(machine.physical, registers["CR3"] >> 12, depth)


def _look(machine, registers, results):
    tables = _tables(machine, registers)
    pages = {page.va: (page.pa // PAGE, page.rights)
             for page in tables.pages(0, 1) if page.user}
    gibs = {}
    for n in range(INDEX):
        _, _, level, bits = tables.entry(n * GIB, 3)
        if level == 3 and bits & paging.P:
            gibs[n] = ((bits & paging.ADDRESS) // PAGE, bool(bits & paging.W))
    noted = []
    if results:
        noted = list(struct.unpack(f"<{RESULTS}q", _read(
            tables, machine, results, 8 * RESULTS)))
    records = _read(tables, machine, PROCESSES, SLOTS * _PROCESS.size)
    processes = {}
    for slot, record in enumerate(_PROCESS.iter_unpack(records)):
        if record[0]:
            processes[slot] = record[0], record[11], record[7]
    return Look(registers.get("RDI", 0), registers.get("RSI", 0), pages, gibs,
                noted, processes)


def _read(tables, machine, va, count):
    data = b""
    while count > 0:
        found = tables.translate(va)
        if found is None:
            return data + bytes(count)
        part = min(count, found[1])
        data += machine.physical(found[0], part)
        va, count = va + part, count - part
    return data


def file_pages(image, name):
    """(first page, size) of a file in an image: launch/image_format.h."""
    head = struct.unpack_from("<8Q", image)
    inode = 0
    for part in name.split("/"):
        where = struct.unpack_from("<QQ", image, head[3] + 64 * inode + 16)
        for k in range(where[0]):
            entry = struct.unpack_from("<4I", image,
                                       head[5] + 16 * (where[1] + k))
            at = head[7] + entry[1]
            if image[at:at + entry[2]] == part.encode():
                inode = entry[0]
                break
    size, first = struct.unpack_from("<QQ", image, head[3] + 64 * inode + 16)
    return first, size
